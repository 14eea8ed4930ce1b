using System.Text;
using Earshot.Client.Tests.Events;
using Earshot.Events;
using Earshot.Outbound;
using Earshot.Protocol;
using Earshot.Sessions;
using Earshot.Subscriptions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Client.Tests.Outbound;

/// <summary>What outlives a session, on a fake clock and without a connection around it. Holds no assertions.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Reliability", "CA1001", Justification = "A cursor only leaves the journal of the rig, which goes with it.")]
internal sealed class PartsRig : ISnapshotSource
{
    public static readonly TimeSpan WaitLimit = TimeSpan.FromSeconds(30);

    private readonly JournalCursor _cursor;

    public PartsRig(OutboundOptions? options = null, SessionOptions? session = null)
    {
        Journal = new Journal(JournalRig.Options(capacity: 4096), Time, this);
        _cursor = new JournalCursor(Journal, new ReaderSpec { Filter = NatsEventFilter.All });
        Outbound = new OutboundBuffer(options ?? DefaultOptions.Outbound, Journal, Time);
        Table = new SubscriptionTable(Outbound, Journal);
        Pings = new PingQueue(Outbound);
        Parts = new SessionParts(Outbound, Pings, Table, Journal)
        {
            Options = session ?? DefaultOptions.Session,
        };
    }

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public Journal Journal { get; }

    public OutboundBuffer Outbound { get; }

    public SubscriptionTable Table { get; }

    public ReplyInbox Inbox => Parts.Inbox;

    public PingQueue Pings { get; }

    public SessionParts Parts { get; }

    public NatsConnectionSnapshot Capture() => new();

    /// <summary>The events since the last call.</summary>
    public List<NatsConnectionEvent> Events()
    {
        List<NatsConnectionEvent> events = [];
        while (_cursor.TryRead(out NatsConnectionEvent? e))
        {
            events.Add(e);
        }

        return events;
    }

    public AppendResult Publish(string subject, string payload = "", bool needsSession = false) => Publish(subject, Encoding.UTF8.GetBytes(payload), needsSession);

    public AppendResult Publish(string subject, ReadOnlySpan<byte> payload, bool needsSession = false) =>
        Outbound.TryPublish(new OutgoingMessage { Subject = subject, Payload = payload }, needsSession, inline: false, out _);

    /// <summary>Publishes when it is the turn of this message, as a publisher that found no room.</summary>
    public Task<AppendResult> PublishInTurnAsync(string subject, int bytes, TimeSpan timeout, CancellationToken cancellationToken) =>
        new SpaceWaiter(Outbound, new QueuedPublish { Subject = subject, ReplyTo = null, Headers = null, HeadersLength = 0, Payload = new byte[bytes] }).WaitAsync(timeout, cancellationToken);

    public void Attach(IFlusher flusher, string prefix = "")
    {
        IFlusher? start;
        using (Outbound.Gate.EnterScope())
        {
            start = Outbound.AttachLocked(flusher, Encoding.UTF8.GetBytes(prefix));
        }

        Outbound.Start(start, inline: false);
    }

    public void Seal()
    {
        IFlusher? start;
        using (Outbound.Gate.EnterScope())
        {
            start = Outbound.SealLocked();
        }

        Outbound.Start(start, inline: false);
    }

    public UnsentSummary RecoverUnsent()
    {
        UnsentSummary cut;
        using (Outbound.Gate.EnterScope())
        {
            cut = Outbound.RecoverUnsentLocked();
        }

        Outbound.Start(null, inline: false);
        return cut;
    }

    public Subscription Subscribe(string subject, SubscriptionLimits? limits = null, long maxMessages = 0)
    {
        var subscription = new Subscription(subject, null, Table, limits ?? new SubscriptionLimits(65536, 64 << 20, NatsSlowConsumerPolicy.DropNewest), maxMessages);
        Assert.True(Table.TryAdd(subscription));
        return subscription;
    }

    /// <summary>Takes everything there is to write, as a write loop whose transport never fails.</summary>
    public string Drain(IFlusher flusher)
    {
        var text = new StringBuilder();
        while (Outbound.TryTakeSlice(flusher, out ReadOnlyMemory<byte> slice))
        {
            text.Append(Encoding.UTF8.GetString(slice.Span));
            Outbound.Batch.SliceSent();
        }

        return text.ToString();
    }

    /// <summary>The target of the message takes it, as the read loop would hand it over; the batch is not woken yet.</summary>
    public static void Deliver(InboundTarget target, InboundBatch batch, string subject, string payload = "", string headers = "", string replyTo = "") => target.Receive(
        new ServerOperation
        {
            Kind = ServerOperationKind.Message,
            Sid = target.SidNumber,
            Subject = Encoding.UTF8.GetBytes(subject),
            ReplyTo = Encoding.UTF8.GetBytes(replyTo),
            Headers = Encoding.UTF8.GetBytes(headers),
            Payload = Encoding.UTF8.GetBytes(payload),
        },
        batch);
}

/// <summary>A write loop that only counts how often it is started.</summary>
internal sealed class ManualFlusher : IFlusher
{
    private int _starts;
    private int _delegated;

    public int Starts => Volatile.Read(ref _starts);

    /// <summary>How many batches were delegated to publishers.</summary>
    public int Delegated => Volatile.Read(ref _delegated);

    public void Start(bool inline) => Interlocked.Increment(ref _starts);

    public void WriteDelegated() => Interlocked.Increment(ref _delegated);
}

/// <summary>A lifecycle that the test controls.</summary>
internal sealed class ScriptedLife : IConnectionAvailability
{
    public bool IsHoldingRequests { get; set; }

    public TaskCompletionSource Session { get; set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task NextSession() => Session.Task;

    public Exception Closed(NatsOutcome outcome) => new NatsConnectionClosedException(NatsCloseReason.UserClosed, outcome);
}

/// <summary>Hears that a write failed, which most tests here make happen.</summary>
internal sealed class FailureSink(TaskCompletionSource<Exception>? failed = null) : IWriteFailureSink
{
    public void WriteFailed(Exception exception) => failed?.TrySetResult(exception);
}
