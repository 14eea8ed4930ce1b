using BenchmarkDotNet.Attributes;
using Earshot.Events;

namespace Earshot.Benchmarks;

/// <summary>The cost of emitting an event, with and without a reader.</summary>
[MemoryDiagnoser]
public class JournalBenchmarks : IDisposable
{
    private readonly Journal _journal = new(Options(), TimeProvider.System, new NoSnapshots());
    private IDisposable? _reading;

    /// <summary>Whether there is a listener.</summary>
    [Params(false, true)]
    public bool HasListener { get; set; }

    /// <summary>Begins to listen where that is asked for.</summary>
    [GlobalSetup]
    public void Listen()
    {
        if (HasListener)
        {
            _reading = new NatsEvents(_journal).On<NatsConnectionEvent>(static _ => { });
        }
    }

    /// <summary>One event with its place in the order.</summary>
    [Benchmark]
    public void Append() => _journal.Append(new NatsConfigurationWarningEvent { Code = "Benchmark", Text = "nothing" });

    /// <summary>The check on the hot path before it creates an event that few readers request.</summary>
    [Benchmark]
    public bool Wants() => _journal.Wants(NatsEventKind.ProtocolTrace);

    private static JournalOptions Options() => new()
    {
        Capacity = 1024,
        EventDrainTimeout = NatsOpts.Default.EventDrainTimeout,
        HandlerStallThreshold = NatsOpts.Default.HandlerStallThreshold,
        DetachAfterFaults = 0,
        AlwaysRecord = NatsEventFilter.Lossless,
        OnDemand = null,
    };

    /// <summary>Stops listening.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _reading?.Dispose();
        GC.SuppressFinalize(this);
    }

    private sealed class NoSnapshots : ISnapshotSource
    {
        public NatsConnectionSnapshot Capture() => new();
    }
}
