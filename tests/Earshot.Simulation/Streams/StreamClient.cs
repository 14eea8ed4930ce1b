using Earshot.Simulation.Network;
using Earshot.Simulation.Streams.Reads;
using Earshot.Simulation.Workload;

namespace Earshot.Simulation.Streams;

/// <summary>The part of an application that uses JetStream: its calls at random times, and its reads until its connection ends.</summary>
internal sealed class StreamClient
{
    private static readonly (StreamCall Call, int Weight)[] s_usual =
    [
        (StreamCall.PublishWithId, 100),
        (StreamCall.Publish, 100),
        (StreamCall.PublishMany, 20),
        (StreamCall.Increment, 60),
        (StreamCall.ChangeKey, 60),
        (StreamCall.Create, 10),
        (StreamCall.Delete, 10),
        (StreamCall.Info, 10),
        (StreamCall.List, 5),
    ];

    private readonly StreamContext _context;
    private readonly Client _client;
    private readonly StreamCalls _calls;
    private readonly ConsumerWork? _consumer;
    private readonly OrderedWork? _ordered;
    private readonly BucketWork _bucket;
    private readonly StreamExtras? _extras;
    private readonly IReadOnlyList<(StreamCall Value, int Weight)> _weights;
    private readonly TimeSpan _longestPause;

    public StreamClient(ClientContext context, Client client, StreamSite site, VirtualNetwork network)
    {
        _client = client;
        _context = new StreamContext(context, client.Connection, site, network);
        _calls = new StreamCalls(_context);
        _consumer = _context.Chance.Is(0.8) ? new ConsumerWork(_context) : null;
        _ordered = _context.Chance.Is(0.7) ? new OrderedWork(_context) : null;
        _bucket = new BucketWork(_context);
        _weights = [.. s_usual.Where(usual => usual.Call == StreamCall.PublishWithId || _context.Chance.Is(0.75)).Select(usual => (usual.Call, usual.Weight))];
        _longestPause = _context.Chance.Spread(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(3));
        _extras = _context.Plan.HasExtras ? new StreamExtras(_context) : null;
        client.Ending = () => _context.HasEnded = true;
    }

    public Client Client => _client;

    public void Start()
    {
        _ = _consumer?.RunAsync();
        _ = _ordered?.RunAsync();
        _ = _bucket.RunAsync();
        _extras?.Start();
        ScheduleNext();
    }

    /// <summary>The application makes no more calls; its reads continue.</summary>
    public void Stop() => _context.IsStopped = true;

    /// <summary>The faults are over: a publish and a write must succeed.</summary>
    public async Task ProbeAsync()
    {
        _context.Log("probes the stream and the bucket");
        (int before, int failed) = (_context.Site.Store.Published, 0);
        await _context.Check.RunAsync("probe", _context.Bound(_context.Plan.PublishTimeout * 2), async token =>
        {
            Store.StreamMessage message = _context.Site.Store.Begin(_context.Name, before % 100);
            try
            {
                _context.Site.Store.Acknowledged(message, await _context.JetStream.PublishAsync("work.probe", Store.StoreLedger.PayloadOf(message), cancellationToken: token).ConfigureAwait(false));
            }
            catch (NatsException e)
            {
                failed++;
                _context.Report("publish-works", $"the faults are over, and a publish failed with {e.GetType().Name}: {e.Message}");
            }
        }).ConfigureAwait(false);
        await (failed == 0 ? _bucket.ChangeAsync() : Task.CompletedTask).ConfigureAwait(false);
    }

    /// <summary>How much its reads are behind.</summary>
    public long Remaining => (_consumer?.Remaining ?? 0) + (_ordered?.Remaining ?? 0) + _bucket.Remaining + (_extras?.Remaining ?? 0);

    /// <summary>The faults are over for longer than every bound.</summary>
    public void CheckReached()
    {
        _consumer?.CheckReached();
        _ordered?.CheckReached();
        _bucket.CheckReached();
        _extras?.CheckReached();
    }

    /// <summary>The run is over: no call and no read may be open.</summary>
    public void CheckEnded() => _context.Check.RequireAllCompleted();

    private void ScheduleNext() => _context.Client.Scheduler.After(_context.Chance.Spread(TimeSpan.FromMilliseconds(1), _longestPause), _context.Client.Actor, () =>
    {
        if (!_context.IsStopped && !_context.HasEnded)
        {
            _ = Make(_context.Chance.Weighted(_weights));
            ScheduleNext();
        }
    });

    private Task Make(StreamCall call) => call switch
    {
        StreamCall.PublishWithId => _calls.PublishAsync(hasId: true),
        StreamCall.Publish => _calls.PublishAsync(hasId: false),
        StreamCall.PublishMany => _calls.PublishManyAsync(_context.Chance.Between(2, 20)),
        StreamCall.Increment => _bucket.IncrementAsync(),
        StreamCall.ChangeKey => _bucket.ChangeAsync(),
        StreamCall.Create => _calls.CreateAsync(),
        StreamCall.Delete => _calls.DeleteAsync(),
        StreamCall.Info => _calls.InfoAsync(),
        _ => _calls.ListAsync(),
    };
}
