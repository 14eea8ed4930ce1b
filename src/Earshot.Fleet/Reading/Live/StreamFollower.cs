using System.Threading.Channels;
using Earshot.JetStream;

namespace Earshot.Fleet.Reading;

/// <summary>
/// Reads one stream: its history and what is missing by direct get, without a consumer, and what is stored now from the subject on which the stream publishes
/// it again. Everything that it knows is in <see cref="FollowedStream"/>, guarded by its lock.
/// </summary>
internal sealed class StreamFollower(INatsConnection connection, FollowedStream stream, string liveSubject, FleetReaderOptions options, Action changed)
{
    private const int BatchSize = 256;

    // The last messages before a silence may be lost, and nothing that follows shows it.
    private static readonly TimeSpan s_check = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    // Any replica may be asked, also one that is frozen; the next request may get another one. Only the leader describes the stream.
    private static readonly TimeSpan s_replicaLimit = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_patientLimit = TimeSpan.FromSeconds(2);
    private const int Attempts = 4;

    private readonly NatsJSContext _patient = new(connection, new NatsJSOpts(connection.Opts, requestTimeout: s_patientLimit));
    private readonly NatsJSContext _replicas = new(connection, new NatsJSOpts(connection.Opts, requestTimeout: s_replicaLimit));
    private readonly Channel<bool> _wakes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private string? _notLive;

    /// <summary>Guards the stream.</summary>
    public Lock Gate { get; } = new();

    public FollowedStream Stream => stream;

    /// <summary>Looks for missing messages soon.</summary>
    public void Wake() => _wakes.Writer.TryWrite(true);

    /// <summary>Subscribes; before the history is read, so that nothing is between both.</summary>
    public async ValueTask<INatsSub<byte[]>?> SubscribeAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await connection.SubscribeCoreAsync(liveSubject, serializer: NatsRawSerializer<byte[]>.Default, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (NatsException e)
        {
            NotLive(e);
            return null;
        }
    }

    /// <summary>Takes over what is stored now, until it is cancelled or the subscription ends.</summary>
    public async Task ReceiveAsync(INatsSub<byte[]> subscription, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (NatsMsg<byte[]> message in subscription.Msgs.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                if (StoredItem.OfLive(message, connection.Opts.TimeProvider.GetUtcNow()) is { } item && Accept(item))
                {
                    Wake();
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            NotLive(e); // the messages are read by asking, as long as the connection is open
        }
    }

    /// <summary>Fills gaps and notices what is missing at the end, until it is cancelled.</summary>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await WaitAsync(cancellationToken).ConfigureAwait(false);
                await CatchUpAsync(cancellationToken).ConfigureAwait(false);
                await Task.Delay(s_pause, connection.Opts.TimeProvider, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }

    /// <summary>Reads everything that the stream has and that was not read; what fails is the problem of the stream.</summary>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        string? before = Stream.Problem;
        try
        {
            ulong known = Read(s => s.Last);
            StreamInfo info = (await _patient.GetStreamAsync(stream.Name, cancellationToken: cancellationToken).ConfigureAwait(false)).Info;
            ulong end = info.State.LastSeq;
            if (!Read(s => { s.Describe(info.Created, end, known); return s.HasHistory; }))
            {
                await ReadHistoryAsync(end, cancellationToken).ConfigureAwait(false);
            }

            await FillAsync(end, cancellationToken).ConfigureAwait(false);
            Read(s => s.Problem = _notLive);
        }
        catch (NatsJSStreamNotFoundException)
        {
            Read(s => (s.Exists, s.Problem) = (false, $"The stream {stream.Name} does not exist, so this half is missing. earshot fleet init creates it."));
        }
        catch (NatsJSApiNoResponseException e)
        {
            await FillWithoutLeaderAsync(cancellationToken).ConfigureAwait(false);
            Read(s => s.Problem = $"The stream {stream.Name} does not answer: {e.Message}");
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            Read(s => s.Problem = $"The stream {stream.Name} cannot be read: {e.Message}");
        }

        if (Stream.Problem != before)
        {
            changed();
        }
    }

    // What was stored last is not known then, but what is missing in between is.
    private async Task FillWithoutLeaderAsync(CancellationToken cancellationToken)
    {
        if (!Read(s => s.HasHistory))
        {
            return;
        }

        try
        {
            await FillAsync(0, cancellationToken).ConfigureAwait(false);
        }
        catch (NatsException)
        {
            // No replica answers either; the problem is that of the stream.
        }
    }

    private async Task ReadHistoryAsync(ulong end, CancellationToken cancellationToken)
    {
        if (end > 0)
        {
            DateTimeOffset since = connection.Opts.TimeProvider.GetUtcNow() - options.Window;
            for (var request = new StreamMsgBatchGetRequest { StartTime = since, Batch = BatchSize }; request is not null;)
            {
                (_, StreamMsgBatchGetEnd last) = await ReadAsync(request, cancellationToken).ConfigureAwait(false);
                request = last.NumPending > 0 ? new StreamMsgBatchGetRequest { Seq = last.LastSequence + 1, Batch = BatchSize } : null;
            }
        }

        Read(s => { s.HistoryRead(end); return true; });
    }

    private async Task FillAsync(ulong end, CancellationToken cancellationToken)
    {
        while (Read(s => s.Gap(end)) is { } gap)
        {
            int size = (int)Math.Min(BatchSize, gap.To - gap.From + 1);
            (ulong highest, _) = await ReadAsync(new StreamMsgBatchGetRequest { Seq = gap.From, Batch = size }, cancellationToken).ConfigureAwait(false);
            if (highest == 0)
            {
                return; // The replica that has answered is behind.
            }

            // It has answered with later messages, so that those before them are not there.
            Read(s => { s.Close((gap.From, Math.Min(highest, gap.To))); return true; });
        }
    }

    private async Task<(ulong Highest, StreamMsgBatchGetEnd End)> ReadAsync(StreamMsgBatchGetRequest request, CancellationToken cancellationToken)
    {
        (ulong highest, StreamMsgBatchGetEnd end) = (0UL, new StreamMsgBatchGetEnd());
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                IAsyncEnumerable<NatsMsg<byte[]>> messages = (attempt < Attempts ? _replicas : _patient).GetBatchDirectAsync(stream.Name, request, NatsRawSerializer<byte[]>.Default, last => end = last, cancellationToken);
                await foreach (NatsMsg<byte[]> message in messages.ConfigureAwait(false))
                {
                    if (StoredItem.OfDirect(message, connection.Opts.TimeProvider.GetUtcNow()) is { } item)
                    {
                        Accept(item);
                        highest = item.Sequence;
                    }
                }

                return (highest, end);
            }
            catch (NatsJSApiNoResponseException) when (attempt < Attempts)
            {
                request = highest == 0 ? request : request with { StartTime = null, Seq = highest + 1 };
            }
        }
    }

    // Whether messages are missing.
    private bool Accept(StoredItem item)
    {
        bool isNew, hasGap;
        lock (Gate)
        {
            isNew = stream.Accept(item);
            hasGap = stream.HasGap;
        }

        if (isNew)
        {
            changed();
        }

        return hasGap;
    }

    private T Read<T>(Func<FollowedStream, T> read)
    {
        lock (Gate)
        {
            return read(stream);
        }
    }

    private void NotLive(Exception e)
    {
        _notLive = $"New messages of {stream.Name} are read every {s_check.TotalSeconds:0} s only, because {liveSubject} cannot be subscribed to: {e.Message}";
        Read(s => s.Problem = _notLive);
        changed();
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(s_check, connection.Opts.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await _wakes.Reader.ReadAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Nothing was reported missing; it is time to look.
        }
    }
}
