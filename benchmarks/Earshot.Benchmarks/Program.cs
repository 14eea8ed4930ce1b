using BenchmarkDotNet.Running;
using Earshot.Benchmarks;

// Everything: --filter '*'. One class: --filter '*ReaderBenchmarks*'.
return BenchmarkSwitcher.FromAssembly(typeof(ReaderBenchmarks).Assembly).Run(args).Any() ? 0 : 1;
