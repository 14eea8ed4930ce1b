using Earshot.Simulation.Streams.Batches;
using Earshot.Simulation.Streams.Reads;

namespace Earshot.Simulation.Streams;

/// <summary>The push read and the batches of one application, which only some of the runs with JetStream have.</summary>
internal sealed class StreamExtras
{
    private const int MostOpen = 3;

    private readonly StreamContext _context;
    private readonly PushWork? _push;
    private readonly AtomicWork _atomic;
    private readonly FastWork _fast;
    private readonly TimeSpan _longestPause;
    private int _open;

    public StreamExtras(StreamContext context)
    {
        _context = context;
        _push = context.Chance.Is(0.8) ? new PushWork(context) : null;
        (_atomic, _fast) = (new AtomicWork(context), new FastWork(context));
        _longestPause = context.Chance.Spread(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(15));
    }

    public void Start()
    {
        _ = _push?.RunAsync();
        ScheduleNext();
    }

    /// <summary>How much its push read is behind.</summary>
    public long Remaining => _push?.Remaining ?? 0;

    /// <summary>The faults are over for longer than every bound.</summary>
    public void CheckReached() => _push?.CheckReached();

    private void ScheduleNext() => _context.Client.Scheduler.After(_context.Chance.Spread(TimeSpan.FromMilliseconds(100), _longestPause), _context.Client.Actor, () =>
    {
        if (!_context.IsStopped && !_context.HasEnded)
        {
            _ = _open < MostOpen ? PublishAsync() : Task.CompletedTask;
            ScheduleNext();
        }
    });

    private async Task PublishAsync()
    {
        _open++;
        await (_context.Chance.Is(0.5) ? _atomic.RunAsync() : _fast.RunAsync()).ConfigureAwait(false);
        _open--;
    }
}
