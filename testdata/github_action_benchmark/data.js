window.BENCHMARK_DATA = {
  "lastUpdate": 1795521605321,
  "repoUrl": "https://example.org/till",
  "entries": {
    "Rust": [
      {
        "commit": {
          "author": {
            "email": "a@example.org",
            "name": "A",
            "username": "a"
          },
          "committer": {
            "email": "a@example.org",
            "name": "A",
            "username": "a"
          },
          "distinct": true,
          "id": "5d8f1c0e7b6a49382716f5e4d3c2b1a098765432",
          "message": "till: count faster",
          "timestamp": "2026-11-24T12:00:00Z",
          "tree_id": "0000000000000000000000000000000000000000",
          "url": "https://example.org/till/commit/5d8f1c0e7b6a49382716f5e4d3c2b1a098765432"
        },
        "date": 1795435200123,
        "tool": "cargo",
        "benches": [
          {
            "name": "sorts/sorted/10",
            "value": 31,
            "range": "± 4",
            "unit": "ns/iter"
          },
          {
            "name": "sorts/sorted/1000",
            "value": 6100,
            "range": "± 80",
            "unit": "ns/iter"
          }
        ]
      },
      {
        "commit": {
          "author": {
            "email": "a@example.org",
            "name": "A",
            "username": "a"
          },
          "committer": {
            "email": "a@example.org",
            "name": "A",
            "username": "a"
          },
          "distinct": true,
          "id": "1b3c5d7e9f00112233445566778899aabbccddee",
          "message": "till: count faster",
          "timestamp": "2026-11-24T12:00:00Z",
          "tree_id": "0000000000000000000000000000000000000000",
          "url": "https://example.org/till/commit/1b3c5d7e9f00112233445566778899aabbccddee"
        },
        "date": 1795521600123,
        "tool": "cargo",
        "benches": [
          {
            "name": "sorts/sorted/10",
            "value": 24,
            "range": "± 3",
            "unit": "ns/iter"
          },
          {
            "name": "sorts/sorted/1000",
            "value": 5880,
            "range": "± 49",
            "unit": "ns/iter"
          }
        ]
      }
    ],
    "Go": [
      {
        "commit": {
          "author": {
            "email": "a@example.org",
            "name": "A",
            "username": "a"
          },
          "committer": {
            "email": "a@example.org",
            "name": "A",
            "username": "a"
          },
          "distinct": true,
          "id": "5d8f1c0e7b6a49382716f5e4d3c2b1a098765432",
          "message": "till: count faster",
          "timestamp": "2026-11-24T12:00:00Z",
          "tree_id": "0000000000000000000000000000000000000000",
          "url": "https://example.org/till/commit/5d8f1c0e7b6a49382716f5e4d3c2b1a098765432"
        },
        "date": 1795435300456,
        "tool": "go",
        "benches": [
          {
            "name": "BenchmarkSum",
            "value": 1.205,
            "unit": "ns/op"
          },
          {
            "name": "BenchmarkSum - B/op",
            "value": 0,
            "unit": "B/op"
          }
        ]
      }
    ]
  }
}