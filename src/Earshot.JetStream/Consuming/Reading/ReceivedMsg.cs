using System.Runtime.CompilerServices;
using Earshot.Connections;
using Earshot.JetStream.Requests;

namespace Earshot.JetStream.Consuming;

/// <summary>
/// A delivered message. Stores the numbers of its reply subject instead of its text; metadata and acks are created from them when they are
/// used. Order and size of the fields determine the memory of a delivery.
/// </summary>
internal sealed class ReceivedMsg<T> : INatsJSMsg<T>, IHandledMsg
{
    private readonly AckSource _source;
    private readonly object? _extra; // null, NatsHeaders or MsgExtra
    private readonly long _time;
    private readonly uint _streamSeqLow; // the high halves are the source's
    private readonly uint _consumerSeqLow;
    private readonly uint _pending;
    private readonly ushort _delivered;
    private uint _arrivedMs; // or when the last progress was sent
    private ushort _outcome; // 0: no final ack yet; otherwise the outcome of the first one plus 1

    public ReceivedMsg(in NatsMsg<T> msg, int size, AckSource source, in AckSubject subject, long arrived)
    {
        (Subject, Data, Size, _source) = (msg.Subject, msg.Data, size, source);
        (_streamSeqLow, _consumerSeqLow, _time) = ((uint)subject.StreamSeq, (uint)subject.ConsumerSeq, subject.Time);
        _arrivedMs = (uint)(arrived / TimeSpan.TicksPerMillisecond);
        bool isLarge = subject.Pending > uint.MaxValue || subject.Delivered > ushort.MaxValue;
        (_pending, _delivered) = isLarge ? default : ((uint)subject.Pending, (ushort)subject.Delivered);
        bool isPlain = !isLarge && msg.Error is null && msg.ReplyTo is null;
        _extra = isPlain
            ? msg.Headers
            : new MsgExtra { Headers = msg.Headers, Error = msg.Error, ReplyTo = msg.ReplyTo, Delivered = subject.Delivered, Pending = subject.Pending };
    }

    public string Subject { get; }

    public T? Data { get; }

    public int Size { get; }

    public NatsHeaders? Headers => _extra as NatsHeaders ?? Extra?.Headers;

    public NatsException? Error => Extra?.Error ?? Headers?.Error;

    public INatsConnection? Connection => _source.Consumer.Hub.Port.Connection;

    public string? ReplyTo => Extra?.ReplyTo ?? (IsOfJetStream ? Ack.ToString() : null);

    public NatsJSMsgMetadata? Metadata => !IsOfJetStream ? null : new NatsJSMsgMetadata(
        new NatsJSSequencePair(StreamSeq, ConsumerSeq),
        Ack.Delivered,
        Ack.Pending,
        DateTimeOffset.UnixEpoch.AddTicks(_time / 100),
        _source.Subject.Stream,
        _source.Subject.Consumer,
        _source.Subject.Domain);

    public bool IsSettled => Volatile.Read(ref _outcome) != 0;

    public long Age => AgeMs * TimeSpan.TicksPerMillisecond;

    public MessageOrigin Origin => _source.Consumer.Telemetry;

    private uint AgeMs => unchecked(NowMs - _arrivedMs);

    private uint NowMs => unchecked((uint)(_source.Consumer.Hub.Now / TimeSpan.TicksPerMillisecond));

    private MsgExtra? Extra => _extra as MsgExtra;

    private bool IsOfJetStream => !_source.Subject.Prefix.IsEmpty;

    private ulong StreamSeq => _source.StreamBase | _streamSeqLow;

    private ulong ConsumerSeq => _source.ConsumerBase | _consumerSeqLow;

    private AckSubject Ack => new(_source.Subject, Extra?.Delivered ?? _delivered, StreamSeq, ConsumerSeq, _time, Extra?.Pending ?? _pending);

    public void EnsureSuccess()
    {
        if (Error is { } error)
        {
            throw error;
        }
    }

    public ValueTask ReplyAsync(NatsHeaders? headers = null, string? replyTo = null, NatsPubOpts? opts = null, CancellationToken cancellationToken = default) =>
        Connection!.PublishAsync(
            ReplyTo ?? throw new InvalidOperationException("The message has no reply subject."), headers, replyTo, opts, cancellationToken);

    public ValueTask AckAsync(AckOpts? opts = null, CancellationToken cancellationToken = default) =>
        Check(FinishAsync(AckWord.Ack, opts, cancellationToken), opts);

    public ValueTask NakAsync(AckOpts? opts = null, CancellationToken cancellationToken = default) =>
        Check(FinishAsync(AckWord.Nak(opts?.NakDelay), opts, cancellationToken), opts);

    public ValueTask AckTerminateAsync(AckOpts? opts = null, CancellationToken cancellationToken = default) =>
        Check(FinishAsync(AckWord.Terminate(opts?.TerminateReason), opts, cancellationToken), opts);

    public ValueTask AckProgressAsync(AckOpts? opts = null, CancellationToken cancellationToken = default)
    {
        if (!IsOfJetStream || _source.Consumer.Traits.IsWithoutAck || IsSettled)
        {
            return default; // after a negative ack it would replace the delay of the next delivery by AckWait
        }

        uint now = NowMs;
        ValueTask<NatsJSAckOutcome> sending = AckSender.SendAsync(_source, Ack, AckWord.Progress, IsConfirmed(opts), cancellationToken);
        Volatile.Write(ref _arrivedMs, now); // AckWait begins again
        return Check(sending, opts);
    }

    public ValueTask<NatsJSAckOutcome> TryAckAsync(AckOpts? opts = null, CancellationToken cancellationToken = default) =>
        FinishAsync(AckWord.Ack, opts, cancellationToken);

    private ValueTask<NatsJSAckOutcome> FinishAsync(ReadOnlyMemory<byte> word, AckOpts? opts, CancellationToken cancellationToken)
    {
        if (!IsOfJetStream || _source.Consumer.Traits.IsWithoutAck)
        {
            return new ValueTask<NatsJSAckOutcome>(NatsJSAckOutcome.NotNeeded);
        }

        cancellationToken.ThrowIfCancellationRequested();
        ushort first = Interlocked.CompareExchange(ref _outcome, (ushort)(NatsJSAckOutcome.Sent + 1), (ushort)0);
        if (first != 0)
        {
            return new ValueTask<NatsJSAckOutcome>((NatsJSAckOutcome)(first - 1));
        }

        ValueTask<NatsJSAckOutcome> sending;
        try
        {
            sending = AckSender.SendAsync(_source, Ack, word, IsConfirmed(opts), cancellationToken, TimeLeft());
        }
        catch
        {
            Volatile.Write(ref _outcome, 0); // nothing was written, so another ack may be sent
            throw;
        }

        return sending.IsCompletedSuccessfully ? new ValueTask<NatsJSAckOutcome>(Settle(sending.Result)) : SettleAsync(sending);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<NatsJSAckOutcome> SettleAsync(ValueTask<NatsJSAckOutcome> sending)
    {
        try
        {
            return Settle(await sending.ConfigureAwait(false));
        }
        catch (Exception e)
        {
            Settle(e is INatsDelivery { Outcome: NatsOutcome.Unknown } ? NatsJSAckOutcome.Unknown : NatsJSAckOutcome.NotSent);
            throw;
        }
    }

    // An ack that was not sent may be sent again.
    private NatsJSAckOutcome Settle(NatsJSAckOutcome outcome)
    {
        if (outcome == NatsJSAckOutcome.Late)
        {
            _source.Reporter.Report(_source.Consumer, new PullNote(PullNoteKind.Notice) { Notice = NatsJSNotificationKind.LateAck, Count = 1 });
        }

        JetStreamMeter.Acknowledged(_source.Consumer.Hub.Port.Options.Name, outcome);
        Volatile.Write(ref _outcome, outcome == NatsJSAckOutcome.NotSent ? (ushort)0 : (ushort)(outcome + 1));
        return outcome;
    }

    // The time that is left until the server gives the delivery up, in whole milliseconds; null when it does not.
    private TimeSpan? TimeLeft()
    {
        long wait = _source.Consumer.Traits.AckWaitOf(Ack.Delivered);
        return wait > 0 ? new TimeSpan(((wait / TimeSpan.TicksPerMillisecond) - AgeMs) * TimeSpan.TicksPerMillisecond) : null;
    }

    private bool IsConfirmed(AckOpts? opts) => opts?.DoubleAck ?? _source.Consumer.DoubleAck;

    private ValueTask Check(ValueTask<NatsJSAckOutcome> sending, AckOpts? opts)
    {
        if (!sending.IsCompletedSuccessfully)
        {
            return CheckAsync(sending, opts);
        }

        NatsJSAckOutcome outcome = sending.Result; // once: the source of the result is used again afterwards
        return IsGood(outcome, opts) ? default : ValueTask.FromException(ReadFailures.Ack(_source.Consumer, outcome, StreamSeq));
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask CheckAsync(ValueTask<NatsJSAckOutcome> sending, AckOpts? opts)
    {
        NatsJSAckOutcome outcome = await sending.ConfigureAwait(false);
        if (!IsGood(outcome, opts))
        {
            throw ReadFailures.Ack(_source.Consumer, outcome, StreamSeq);
        }
    }

    private bool IsGood(NatsJSAckOutcome outcome, AckOpts? opts) => outcome switch
    {
        NatsJSAckOutcome.NotSent or NatsJSAckOutcome.Unknown => false,
        NatsJSAckOutcome.ConsumerGone => !IsConfirmed(opts),
        _ => true,
    };
}
