using System.Globalization;
using System.Text;
using Earshot.JetStream.Consuming;
using Earshot.Server.JetStream;

namespace Earshot.Server.Tests.JetStream.Model;

/// <summary>One stream with one consumer of the in-process server, with the inboxes of a client and what is in flight to it.</summary>
internal sealed class PullServer : IJetStreamOutput
{
    private readonly Func<long> _ticks;
    private readonly StreamState _stream;
    private readonly StreamInput _input;
    private readonly ConsumerState _consumer;
    private readonly Dictionary<int, int> _inboxes = []; // to the session of each
    private int _sessions = 1;
    private bool _isMute;

    public PullServer(Func<long> ticks)
    {
        _ticks = ticks;
        _stream = new StreamState(new StreamConfig { Name = "S", Subjects = ["s"] }, Clock(), this);
        _input = new StreamInput(_stream, this);
        _consumer = new ConsumerState(
            _stream,
            new ConsumerConfig { Name = "C", DurableName = "C", AckPolicy = "explicit", AckWait = 20_000_000_000, MaxDeliver = -1, MaxWaiting = 2, MaxAckPending = 100 },
            this,
            Clock);
        _stream.Add(_consumer);
    }

    /// <summary>What the client has not received yet.</summary>
    public Queue<PullFrame> ToClient { get; } = new();

    /// <summary>The number of the present session; 0: none.</summary>
    public int Session { get; private set; } = 1;

    public bool IsDeleted { get; private set; }

    public int Stored => _stream.Messages.Count;

    /// <summary>Whether all messages are delivered and acknowledged.</summary>
    public bool IsIdle => _consumer.Cursor.Pending == 0 && _consumer.Pending.Count == 0;

    /// <summary>Whether it regards inboxes of earlier sessions as subscribed.</summary>
    public bool HasOldInboxes => _inboxes.Values.Any(session => session != Session);

    public long Due => !IsDeleted && _consumer.NextDue is { } due ? (due - DateTimeOffset.UnixEpoch).Ticks : PullTimes.Never;

    string IJetStreamOutput.Account => "$G";

    public void Store() => _input.Publish(new IncomingMessage { Subject = "s"u8, Payload = "x"u8 }, Clock());

    public void Tick()
    {
        if (!IsDeleted)
        {
            _consumer.Tick();
        }
    }

    public void Receive(PullFrame frame)
    {
        switch (frame)
        {
            case PullFrame.Subscribe:
                _inboxes[frame.Epoch] = Session;
                break;
            case PullFrame.Unsubscribe:
                _inboxes.Remove(frame.Epoch);
                break;
            case PullFrame.Pull when IsDeleted:
                Send(Encoding.ASCII.GetBytes($"i{frame.Epoch}"), StatusBlock.Of("503"), []);
                break;
            case PullFrame.Pull { Ask: var ask }:
                _consumer.Pull(
                    Encoding.ASCII.GetBytes($"i{frame.Epoch}"),
                    new PullBody { Batch = ask.Batch, MaxBytes = ask.MaxBytes, Expires = ask.Expires * 100, IdleHeartbeat = ask.Heartbeat * 100, NoWait = ask.NoWait });
                break;
            case PullFrame.Ack { Sequence: var sequence } when !IsDeleted:
                _consumer.Ack(sequence, sequence, Earshot.Server.JetStream.AckWord.Read("+ACK"u8));
                break;
        }
    }

    /// <summary>Returns what a request for the info of the consumer finds.</summary>
    public PullProbe Probe(bool isConnected) =>
        !isConnected ? new PullProbe(PullProbeKind.Unavailable)
        : IsDeleted ? new PullProbe(PullProbeKind.ConsumerDeleted)
        : new PullProbe(PullProbeKind.Exists, new PullFacts
        {
            AckPending = _consumer.Pending.Count,
            MaxAckPending = 100,
            Waiting = _consumer.Waiting.Count,
            MaxWaiting = 2,
            Pending = _consumer.Cursor.Pending,
        });

    public void EndSession()
    {
        Session = 0;
        ToClient.Clear();
    }

    public void StartSession() => Session = ++_sessions;

    public void NoticeDisconnect()
    {
        foreach (int epoch in _inboxes.Where(inbox => inbox.Value != Session).Select(inbox => inbox.Key).ToList())
        {
            _inboxes.Remove(epoch);
        }
    }

    public void ChangeLeader(bool isHeard)
    {
        _isMute = !isHeard;
        _consumer.Waiting.EndAll(StatusBlock.LeadershipChange);
        _isMute = false;
        _consumer.Pump();
    }

    public void Delete()
    {
        _consumer.End();
        IsDeleted = true;
    }

    public void Send(ReadOnlySpan<byte> subject, ReadOnlySpan<byte> headers, ReadOnlySpan<byte> payload)
    {
        if (!_isMute && TryReach(subject, out int epoch) && StatusLine.TryRead(headers, out PullStatus status))
        {
            ToClient.Enqueue(new PullFrame.Status(epoch, status));
        }
    }

    public void Deliver(ReadOnlySpan<byte> inbox, ReadOnlySpan<byte> subject, ReadOnlySpan<byte> replyTo, ReadOnlySpan<byte> headers, ReadOnlySpan<byte> payload)
    {
        if (TryReach(inbox, out int epoch) && Earshot.Server.JetStream.AckSubject.TryParse(replyTo, out Earshot.Server.JetStream.AckSubject ack))
        {
            ToClient.Enqueue(new PullFrame.Message(epoch, ack.StreamSequence, subject.Length + replyTo.Length + headers.Length + payload.Length, _consumer.Cursor.Pending));
        }
    }

    public bool HasInterest(ReadOnlySpan<byte> subject) => TryEpoch(subject, out int epoch) && _inboxes.ContainsKey(epoch);

    public bool IsBound(ReadOnlySpan<byte> subject, string? group) => HasInterest(subject);

    // What is due is asked for.
    public void WakeAt(DateTimeOffset? time)
    {
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{(IsDeleted ? "deleted, " : "")}{_consumer.Waiting.Count} pulls, {_consumer.Cursor.Pending} pending, {_consumer.Pending.Count} without ack, inboxes {string.Join(' ', _inboxes.Keys)}");

    private static bool TryEpoch(ReadOnlySpan<byte> subject, out int epoch)
    {
        epoch = 0;
        return subject.Length > 1 && subject[0] == (byte)'i' && int.TryParse(subject[1..], CultureInfo.InvariantCulture, out epoch);
    }

    private DateTimeOffset Clock() => DateTimeOffset.UnixEpoch + TimeSpan.FromTicks(_ticks());

    // What is sent to an inbox of an earlier session is lost with its connection.
    private bool TryReach(ReadOnlySpan<byte> subject, out int epoch) => TryEpoch(subject, out epoch) && _inboxes.TryGetValue(epoch, out int session) && session == Session;
}
