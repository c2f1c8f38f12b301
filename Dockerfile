# Three images of one static program:
#   docker build .                     the program alone (target `bare`)
#   docker build --target debian .     with a shell and git, for GitLab and for --diff-base
#   docker build --target alpine .     the same, smaller
# A release takes its own, attested binary instead of building: --build-context build=FOLDER-THAT-HOLDS-IT
FROM rust:1.95-alpine AS build
WORKDIR /src
COPY . .
RUN cargo build --locked --release && cp target/release/portcullis /portcullis

FROM buildpack-deps:trixie-scm AS debian
LABEL org.opencontainers.image.title="portcullis" \
      org.opencontainers.image.description="Holds the reports of other tools to a policy and opens or shuts the gate" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0"
# The folders that runners mount belong to somebody else than the user below.
RUN git config --system --add safe.directory /work && git config --system --add safe.directory '/builds/*'
COPY --from=build --chmod=0755 /portcullis /usr/local/bin/portcullis
USER 65532:65532
WORKDIR /work
CMD ["portcullis", "--help"]

FROM alpine:3.22 AS alpine
LABEL org.opencontainers.image.title="portcullis" \
      org.opencontainers.image.description="Holds the reports of other tools to a policy and opens or shuts the gate" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0"
RUN apk add --no-cache 'git>=2' \
  && git config --system --add safe.directory /work && git config --system --add safe.directory '/builds/*'
COPY --from=build --chmod=0755 /portcullis /usr/local/bin/portcullis
USER 65532:65532
WORKDIR /work
CMD ["portcullis", "--help"]

FROM scratch AS bare
LABEL org.opencontainers.image.title="portcullis" \
      org.opencontainers.image.description="Holds the reports of other tools to a policy and opens or shuts the gate" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0"
COPY --from=build --chmod=0755 /portcullis /usr/local/bin/portcullis
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["/usr/local/bin/portcullis"]
