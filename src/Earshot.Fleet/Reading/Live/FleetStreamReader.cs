using Earshot.Fleet.Reading;
using Earshot.Fleet.Streams;

namespace Earshot.Fleet;

/// <summary>
/// Reads the streams of a fleet: the journals that clients ship, and what a collector has received from servers. It reads the history by direct get, and what is
/// stored now from <c>earshot.live.&gt;</c>; what is missing in between is read again. Needs no consumer. Safe for use from any thread.
/// </summary>
/// <remarks>
/// The user needs to publish <c>$JS.API.STREAM.INFO</c> and <c>$JS.API.DIRECT.GET</c> of <c>EARSHOT_JOURNAL</c> and <c>EARSHOT_SERVERS</c>, to subscribe to
/// <c>earshot.live.&gt;</c>, and servers from 2.11 on. Service, instance and account of a journal come from its subject; the service of another account has
/// the form <c>account/service</c>. After a reconnect the reader continues by itself.
/// </remarks>
public sealed class FleetStreamReader : IAsyncDisposable
{
    // A shipper collects for half a second, and needs a moment.
    private static readonly TimeSpan s_settle = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly INatsConnection _connection;
    private readonly FleetReaderOptions _options;
    private readonly IReadOnlyList<StreamFollower> _followers;
    private readonly List<INatsSub<byte[]>> _subscriptions = [];
    private readonly List<Task> _tasks = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IDisposable? _listener;
    private int _isDisposed;

    private FleetStreamReader(INatsConnection connection, FleetReaderOptions options)
    {
        (_connection, _options) = (connection, options);
        _followers =
        [
            new StreamFollower(connection, new FollowedStream(FleetSubjects.JournalStream, options), FleetSubjects.LiveJournals, options, Signal),
            new StreamFollower(connection, new FollowedStream(FleetSubjects.ServersStream, options), FleetSubjects.LiveServers, options, Signal),
        ];
    }

    /// <summary>Completes at the next change; take it before <see cref="Read"/>, so that no change is missed between the two.</summary>
    public Task Changed
    {
        get
        {
            lock (_lock)
            {
                return _changed.Task;
            }
        }
    }

    /// <summary>Reads what the streams have, and follows nothing. A stream that cannot be read is one of <see cref="FleetStreamContent.Problems"/>.</summary>
    /// <param name="connection">A connection of the account that has the streams.</param>
    /// <param name="options">How much is read; null: the defaults.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="ArgumentNullException"><paramref name="connection"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<FleetStreamContent> ReadAsync(INatsConnection connection, FleetReaderOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var reader = new FleetStreamReader(connection, (options ?? new FleetReaderOptions()).Checked());
        await using (reader.ConfigureAwait(false))
        {
            await reader.CatchUpAsync(cancellationToken).ConfigureAwait(false);
            return reader.Read();
        }
    }

    /// <summary>Reads what the streams have, and begins to follow them. A stream that cannot be read now is looked for every 5 s.</summary>
    /// <param name="connection">A connection of the account that has the streams; it stays open when the reader is disposed.</param>
    /// <param name="options">How much is read and kept; null: the defaults.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <exception cref="ArgumentNullException"><paramref name="connection"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<FleetStreamReader> StartAsync(INatsConnection connection, FleetReaderOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var reader = new FleetStreamReader(connection, (options ?? new FleetReaderOptions()).Checked());
        try
        {
            await reader.FollowAsync(cancellationToken).ConfigureAwait(false);
            return reader;
        }
        catch
        {
            await reader.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Returns what was read and is still kept.</summary>
    public FleetStreamContent Read()
    {
        DateTimeOffset now = _connection.Opts.TimeProvider.GetUtcNow();
        var records = new List<FleetRecord>();
        var states = new List<FleetStreamState>();
        foreach (StreamFollower follower in _followers)
        {
            lock (follower.Gate)
            {
                records.AddRange(follower.Stream.Records(now - _options.Window));
                states.Add(follower.Stream.State());
            }
        }

        return new FleetStreamContent { Records = records, Streams = states, From = now - _options.Window, CompleteUntil = now - s_settle };
    }

    /// <summary>Ends following the streams. The connection stays open.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        _listener?.Dispose();
        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_tasks).ConfigureAwait(false);
        foreach (INatsSub<byte[]> subscription in _subscriptions)
        {
            await subscription.DisposeAsync().ConfigureAwait(false);
        }

        _subscriptions.Clear();
        _stop.Dispose();
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        foreach (StreamFollower follower in _followers)
        {
            if (await follower.SubscribeAsync(cancellationToken).ConfigureAwait(false) is { } subscription)
            {
                _subscriptions.Add(subscription);
                _tasks.Add(follower.ReceiveAsync(subscription, _stop.Token));
            }
        }

        await CatchUpAsync(cancellationToken).ConfigureAwait(false);
        _tasks.AddRange(_followers.Select(follower => follower.CheckAsync(_stop.Token)));
        _listener = _connection.Events.On<NatsResubscribedEvent>(_ => WakeAll(), name: "fleet streams");
    }

    private Task CatchUpAsync(CancellationToken cancellationToken) => Task.WhenAll(_followers.Select(follower => follower.CatchUpAsync(cancellationToken)));

    private void WakeAll()
    {
        foreach (StreamFollower follower in _followers)
        {
            follower.Wake();
        }
    }

    private void Signal()
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.TrySetResult();
    }
}
