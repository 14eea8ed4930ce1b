using Earshot.JetStream.Requests;

namespace Earshot.JetStream.Consuming;

/// <summary>
/// Compares the first deliveries of one consumer with those before. A sequence of the stream that comes again with a message stored later was
/// assigned a second time: the stream lost messages. Where the consumer itself went back, because it was reset or its server lost its latest
/// position, the stream's state decides. Called on the read loop, in the order of arrival.
/// </summary>
/// <param name="parts">The shared objects of the context.</param>
/// <param name="stream">The name of the stream.</param>
/// <param name="fallsBefore">
/// The consumer is one of an ordered read, which compares the deliveries itself: they are only noted. How often the sequences of the stream had
/// fallen when the position of the read was compared with it.
/// </param>
internal sealed class DeliveryWatch(ContextParts parts, string stream, int? fallsBefore = null)
{
    private readonly bool _isOrdered = fallsBefore is not null;
    private StreamEntry? _entry;
    private ulong _streamSeq; // of the latest first delivery
    private ulong _consumerSeq;
    private ulong _topSeq; // the highest stream sequence delivered since the stream last fell
    private long _topTime; // when the stream stored that message, in nanoseconds
    private ulong _askedSeq; // the stream sequence of the heartbeat that was last asked about
    private int _falls = fallsBefore ?? parts.Watch.ViewByName(parts.Options.Domain, stream).Falls; // of the stream, when the latest delivery was noted
    private bool _hasNew; // since the last note
    private int _isAsking;

    /// <summary>How often the sequences of the stream had fallen when the latest delivery arrived, or when the read started.</summary>
    public int Falls => Volatile.Read(ref _falls);

    /// <summary>A message came.</summary>
    /// <param name="subject">Its reply subject.</param>
    /// <param name="isCurrent">It came for a pull of the present epoch: what is late on an old inbox is no step back.</param>
    /// <returns>True: the consumer went back, and <see cref="AskAsync"/> is to find out why.</returns>
    public bool Arrived(in AckSubject subject, bool isCurrent)
    {
        if (subject.Delivered != 1)
        {
            return false;
        }

        StreamEntry entry = _entry ??= Begin(subject.Origin.Domain);
        bool isReused = subject.StreamSeq <= _topSeq && subject.Time > _topTime;
        bool isBack = !isReused && (subject.ConsumerSeq <= _consumerSeq || subject.StreamSeq <= _streamSeq);
        if (_isOrdered ? subject.StreamSeq <= _streamSeq : isBack && !isCurrent)
        {
            return false;
        }

        if (isReused)
        {
            parts.Watch.Fell(entry, new StreamFall(_topSeq + 1, subject.StreamSeq, RegressionEvidence.Delivery), _falls);
        }

        if (isReused || subject.StreamSeq > _topSeq)
        {
            (_topSeq, _topTime) = (subject.StreamSeq, subject.Time);
        }

        (_streamSeq, _consumerSeq, _hasNew) = (subject.StreamSeq, subject.ConsumerSeq, true);
        return isBack && !_isOrdered;
    }

    /// <summary>Compares the position of the consumer in a heartbeat, which follows its deliveries.</summary>
    /// <returns>
    /// Null: it has not gone back, or was asked about already. Otherwise <see cref="AskAsync"/> is to find out why; true: its own sequence
    /// went back too, as after a reset.
    /// </returns>
    public bool? HasGoneBack(in PullStatus heartbeat)
    {
        (ulong streamSeq, ulong consumerSeq) = (heartbeat.LastStreamSeq, heartbeat.LastConsumerSeq);
        if (_isOrdered || streamSeq == 0 || consumerSeq == 0)
        {
            return null; // a heartbeat without position, or of a consumer that has delivered nothing since its reset
        }

        if (consumerSeq < _consumerSeq)
        {
            (_streamSeq, _consumerSeq) = (streamSeq, consumerSeq); // what follows is compared with it
            return true;
        }

        if (streamSeq >= _streamSeq || streamSeq == _askedSeq)
        {
            return null;
        }

        _askedSeq = streamSeq;
        return false;
    }

    /// <summary>Notes what came as certainly stored; once per batch.</summary>
    public void Note()
    {
        if (_hasNew && _entry is { } entry)
        {
            _hasNew = false;
            int falls = SequenceWatch.Delivered(entry, _streamSeq);
            if (falls != _falls)
            {
                _topSeq = 0; // what was delivered before the stream fell says nothing of the sequences that it assigns since
            }

            Volatile.Write(ref _falls, falls);
        }
    }

    /// <summary>The consumer went back: a loss of the stream is reported with the answer about its state, anything else as a reset of the consumer.</summary>
    /// <param name="origin">The consumer.</param>
    /// <param name="reporter">Receives the report of a reset.</param>
    /// <param name="isReset">Whether the consumer was reset when the stream has lost nothing.</param>
    /// <param name="reason">What showed that the consumer went back.</param>
    public async Task AskAsync(ConsumerOrigin origin, IReadReporter reporter, bool isReset, RegressionEvidence reason)
    {
        if (Interlocked.Exchange(ref _isAsking, 1) != 0)
        {
            return;
        }

        try
        {
            int falls = SequenceWatch.View(_entry).Falls;
            (StreamInfo info, StreamView before) = await new StreamCalls(parts).AskAsync(stream, null, CancellationToken.None).ConfigureAwait(false);
            parts.Watch.Informed(info, before, reason);
            if (isReset && SequenceWatch.View(_entry).Falls == falls)
            {
                reporter.Report(origin, new PullNote(PullNoteKind.Notice) { Notice = NatsJSNotificationKind.Reset, Count = 1 });
            }
        }
        catch (Exception)
        {
            // No answer: the next step back asks again.
        }
        finally
        {
            Volatile.Write(ref _isAsking, 0);
        }
    }

    // The old form of reply subjects does not tell the domain.
    private StreamEntry Begin(string domain)
    {
        string? named = domain.Length > 0 ? domain : parts.Options.Domain;
        StreamEntry entry = parts.Watch.ViewByName(named, stream).Entry ?? parts.Watch.Entry(named, stream);
        if (!_isOrdered)
        {
            Volatile.Write(ref _falls, SequenceWatch.View(entry).Falls);
        }

        return entry;
    }
}
