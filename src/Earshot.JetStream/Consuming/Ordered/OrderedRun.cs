using Earshot.Connections;
using Earshot.JetStream.Errors;
using Earshot.JetStream.Requests;

namespace Earshot.JetStream.Consuming;

/// <summary>
/// The incarnations of one ordered read, one after another: creates a consumer, reads from it until messages may have been lost, and creates
/// the next one after the last message. For one reader at a time.
/// </summary>
internal sealed class OrderedRun<T>(OrderedSource source, PullSettings settings, INatsDeserialize<T> deserializer, ReadReporter reporter)
{
    private readonly OrderedMachine _machine = source.Begin();
    private readonly OrderedStall _stall = new(source, reporter);
    private string? _name; // of the present consumer, or of the last one; its info is not kept: it is the largest object of an idle read
    private DeliveryWatch? _deliveries; // of the present incarnation
    private OrderedRestart _restart; // the reason for the next incarnation
    private volatile bool _isStopping;
    private bool _hasRegressed; // since the last incarnation
    private int _falls; // of the stream, when the position of the read was last compared with it

    public PullSettings Settings => settings;

    public PullReader<T>? Reader { get; private set; }

    /// <summary>No further incarnation is made.</summary>
    public bool IsStopping => _isStopping;

    /// <summary>The name of the last consumer, which is unique; null before the first one.</summary>
    public string? Name => _name;

    /// <summary>The consumer sequence of the next message.</summary>
    public ulong ExpectedDelivery => _machine.ExpectedDelivery;

    /// <summary>How often a consumer was made.</summary>
    public int Incarnations => _machine.Incarnation;

    /// <summary>Asks for no more; what was asked for still comes. Any thread.</summary>
    public Task StopAsync()
    {
        _isStopping = true;
        return Reader?.Engine.StopAsync() ?? Task.CompletedTask;
    }

    /// <summary>The drain of the connection has stopped the read.</summary>
    public void Stopped() => _isStopping = true;

    public ValueTask EnsureConnectedAsync(CancellationToken cancellationToken) => source.Parts.Port.EnsureConnectedAsync(cancellationToken);

    /// <summary>Takes the next message in order. A gap ends the current incarnation.</summary>
    public bool TryTake(out INatsJSMsg<T>? msg)
    {
        if (Reader is { } reader && reader.TryTake(out msg))
        {
            NatsJSMsgMetadata metadata = msg!.Metadata.GetValueOrDefault();
            ulong expected = _machine.ExpectedDelivery;
            if (!IsOvertaken(metadata.Sequence.Stream) && _machine.Receive(metadata.Sequence.Stream, metadata.Sequence.Consumer, metadata.Timestamp) == OrderedVerdict.Deliver)
            {
                if (MessageTelemetry.IsReceiveObserved)
                {
                    reader.Received(msg);
                }

                return true;
            }

            _restart = new OrderedRestart(RecreateCause.SequenceGap, 0, expected, metadata.Sequence.Consumer, 0, default);
            Abandon();
        }

        msg = null;
        return false;
    }

    /// <summary>Creates and starts the next incarnation. Repeats failed attempts.</summary>
    /// <param name="rest">The settings for the rest of the read.</param>
    /// <param name="cancellationToken">Cancels the attempts.</param>
    /// <exception cref="NatsJSException">The stream does not exist any more, or the options allow no further attempt.</exception>
    public async ValueTask BeginAsync(PullSettings rest, CancellationToken cancellationToken)
    {
        (string? oldName, long started) = (_name, source.Parts.Time.GetTimestamp());
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_machine.Delay is { Ticks: > 0 } delay)
            {
                await source.Parts.Port.DelayAsync(delay, cancellationToken).ConfigureAwait(false);
            }

            try
            {
                ConsumerOrigin consumer = Start(rest, await CreateAsync(cancellationToken).ConfigureAwait(false));
                _ = _isStopping ? StopAsync() : null; // it came between
                if (oldName is not null)
                {
                    reporter.Recreated(consumer, oldName, _restart with { Duration = source.Parts.Time.GetElapsedTime(started) });
                    _stall.End(consumer, _restart.Attempts);
                }

                return;
            }
            catch (NatsJSStreamNotFoundException e)
            {
                throw new NatsJSConsumerLostException($"The stream '{source.Stream}' of an ordered consumer was deleted.", LostReason.StreamDeleted, e.Error.Code, NatsHeaders.Messages.Text, e.Error.Description ?? "");
            }
            catch (NatsException e) when (!_machine.IsExhausted && e is not (NatsConnectionClosedException or NatsJSStreamRegressionException or NatsJSFeatureNotSupportedException) && IsTemporary(e))
            {
                _stall.Begin(oldName, e); // no leader, no session or no response: repeated after the next delay
            }
        }
    }

    /// <summary>Ends the current incarnation and deletes its consumer.</summary>
    public void Abandon()
    {
        if (Reader is not { } reader)
        {
            return;
        }

        Reader = null;
        reader.EndReceiving(reader.Engine.Failure());
        if (reader.Engine.Locked(static machine => machine.IsStalled))
        {
            _stall.Continue();
        }

        if (reader.Engine.Locked(static machine => (machine.Ending, machine.Cause)) is (PullEnding.Doubt, var cause))
        {
            _restart = new OrderedRestart(cause, 0, 0, 0, 0, default);
        }

        reader.Engine.Abandon();
        source.Delete(_name!);
    }

    private async ValueTask<ConsumerInfo> CreateAsync(CancellationToken cancellationToken)
    {
        int unseen = 0;
        bool isFirst = _machine.Incarnation == 0;
        int number = _machine.Begin(); // first: what fails from here on is an attempt, which has a delay and counts
        if (!isFirst)
        {
            (StreamInfo stream, StreamView before) = await source.StreamAsync(cancellationToken).ConfigureAwait(false);
            // A loss that this answer shows counts like one that was found before, also when it was behind the read: an earlier one may not have been.
            bool hasFallen = Falls != _falls || stream.State.LastSeq < before.Highest;
            // A stream that is behind the read has lost its last message in any case.
            bool isAsked = hasFallen && stream.State.LastSeq >= _machine.LastStreamSeq;
            int falls = Falls;
            bool? hasLast = isAsked ? await HasLastAsync(cancellationToken).ConfigureAwait(false) : null;
            unseen = Falls - falls; // found since the question: the answer may be older than the loss, and the next message makes the read ask again
            Check(stream, before, hasLast);
        }

        _falls = Falls - unseen;
        ResumePoint point = _machine.Resume;
        _restart = _restart with { FromStreamSeq = point.StartSeq, Attempts = _machine.Attempts };
        ConsumerInfo info = await source.CreateAsync(number, point, cancellationToken).ConfigureAwait(false);
        _name = info.Name;
        _machine.Created(info.Delivered.StreamSeq);
        try
        {
            if (info.NumPending == 0 && _machine.IsAtGivenStart)
            {
                await CheckStartAsync(cancellationToken).ConfigureAwait(false);
                _falls = Falls;
            }

            source.Created?.Invoke(info, _hasRegressed);
        }
        catch
        {
            source.Delete(info.Name); // it has no reader
            throw;
        }

        _hasRegressed = false;
        return info;
    }

    // The server waits without a word for a start beyond the end of the stream. Who continues at a sequence has read the one before it.
    private async ValueTask CheckStartAsync(CancellationToken cancellationToken)
    {
        StreamInfo stream;
        StreamView before;
        try
        {
            (stream, before) = await source.StreamAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (NatsException)
        {
            return; // the consumer exists: the read does not depend on a permission for the state of the stream
        }

        SequenceWatch watch = source.Parts.Watch;
        bool isFailing = source.Options.RegressionPolicy == NatsJSRegressionPolicy.Fail;
        RegressionAction action = isFailing ? RegressionAction.Failed : RegressionAction.None;
        watch.Informed(stream, before, action: action);
        ulong last = source.Options.OptStartSeq - 1;
        if (stream.Config.Mirror is not null || !_machine.StartsBeyond(stream.State.LastSeq)) // a mirror may only be behind
        {
            return;
        }

        watch.Fell(watch.Entry(stream.Domain, source.Stream), new StreamFall(last, stream.State.LastSeq, RegressionEvidence.StreamInfo) { Action = action }, before.Falls);
        if (isFailing)
        {
            source.Delete(_name!);
            throw new NatsJSStreamRegressionException(source.Stream, last, stream.State.LastSeq);
        }
    }

    private int Falls => source.Parts.Watch.ViewByName(source.Parts.Options.Domain, source.Stream).Falls;

    // Whether the stream has the last message of the read: if not, it has lost it, and may be beyond its sequence again.
    private async ValueTask<bool> HasLastAsync(CancellationToken cancellationToken)
    {
        try
        {
            return _machine.LastStreamSeq == 0 || _machine.IsLast(await source.TimeOfAsync(_machine.LastStreamSeq, cancellationToken).ConfigureAwait(false));
        }
        catch (NatsException e) when (e is not (NatsConnectionClosedException or NatsJSApiNoResponseException or NatsJSUnavailableException))
        {
            return false; // without the last message nothing is missing and nothing comes twice when it continues by time
        }
    }

    // Something else on the connection has found that the stream lost messages: the sequences up to this one may have been assigned again.
    private bool IsOvertaken(ulong streamSeq) => _deliveries is { } deliveries && deliveries.Falls != _falls && _machine.LastStreamSeq > 0 && streamSeq > _machine.LastStreamSeq;

    // A fall is reported once, with what is done about it. Others on this connection may have reported it before.
    private void Check(StreamInfo stream, in StreamView before, bool? hasLast)
    {
        (ulong last, ulong repeated, DateTimeOffset? created) = (_machine.LastStreamSeq, _machine.RepeatedStreamSeq, _machine.StreamCreated);
        SequenceWatch watch = source.Parts.Watch;
        if (!_machine.HasRegressed(stream.State.LastSeq, stream.Created, hasLast))
        {
            watch.Informed(stream, before);
            return;
        }

        _hasRegressed = true;
        _restart = _restart with { Cause = RecreateCause.Regression };
        bool isAnother = created is { } known && known != stream.Created;
        var fall = new StreamFall(last, stream.State.LastSeq, isAnother ? RegressionEvidence.Created : RegressionEvidence.StreamInfo)
        {
            CreatedBefore = created,
            CreatedAfter = stream.Created,
            Action = source.Options.RegressionPolicy switch
            {
                NatsJSRegressionPolicy.Restart => RegressionAction.Restarted,
                NatsJSRegressionPolicy.Fail => RegressionAction.Failed,
                _ => RegressionAction.ResumedByTime,
            },
        };
        if (repeated > 0)
        {
            fall = fall with { Expected = last + 1, Found = repeated, Evidence = RegressionEvidence.Delivery };
        }

        watch.Informed(stream, before, action: fall.Action);
        watch.Fell(watch.Entry(stream.Domain, source.Stream), fall, _falls);
        if (source.Options.RegressionPolicy == NatsJSRegressionPolicy.Fail)
        {
            throw new NatsJSStreamRegressionException(source.Stream, last, stream.State.LastSeq);
        }
    }

    private ConsumerOrigin Start(PullSettings rest, ConsumerInfo info)
    {
        var origin = new ConsumerOrigin(ConsumerHub.For(source.Parts.Connection), source.Parts.Options.Prefix, source.Stream, info.Name)
        {
            Traits = ConsumerTraits.Of(info),
            Deliveries = _deliveries = new DeliveryWatch(source.Parts, source.Stream, _falls),
        };
        var engine = new PullEngine(origin);
        long step = Math.Max(1, (rest.MaxMsgs - rest.Threshold) / 8);
        Reader = new PullReader<T>(engine, deserializer, reporter) { ReportEvery = rest.CountsBytes ? 1 : step, IsOrdered = true };
        if (rest.IsSingle)
        {
            Reader.BeginCall(isOfOne: rest.MaxMsgs == 1);
        }

        engine.Start(rest, reporter, [], ConnectionPort.IsExact(deserializer));
        return origin;
    }

    // Errors of the arguments are not temporary. A consumer that was made once had good ones: what refuses the next one passes, as a lost node does.
    private bool IsTemporary(NatsException e) =>
        e is not NatsJSApiException refused || refused is NatsJSUnavailableException or NatsJSConsumerNotFoundException
            || (_name is not null && ErrorGroups.IsOfTheServer(refused.Error));
}
