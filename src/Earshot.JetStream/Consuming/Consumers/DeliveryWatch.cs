using Earshot.JetStream.Requests;

namespace Earshot.JetStream.Consuming;

/// <summary>
/// Compares the first deliveries of one consumer with those before: within a consumer that goes forward, sequences of the stream rise. Where
/// they do not, the stream lost messages; where the consumer itself went back, the stream's state decides between a loss and a reset of the
/// consumer. Called on the read loop, in the order of arrival.
/// </summary>
internal sealed class DeliveryWatch(ContextParts parts, string stream)
{
    private readonly StreamCalls _streams = new(parts);
    private StreamEntry? _entry;
    private ulong _streamSeq; // of the latest first delivery
    private ulong _consumerSeq;
    private int _falls; // of the stream, when that was noted
    private bool _hasNew; // since the last note
    private int _isAsking;

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
        bool isBack = subject.ConsumerSeq <= _consumerSeq;
        if (isBack && !isCurrent)
        {
            return false;
        }

        if (!isBack && subject.StreamSeq <= _streamSeq)
        {
            parts.Watch.Fell(entry, _streamSeq + 1, subject.StreamSeq, _falls);
        }

        (_streamSeq, _consumerSeq, _hasNew) = (subject.StreamSeq, subject.ConsumerSeq, true);
        return isBack;
    }

    /// <summary>Notes what came as certainly stored; once per batch.</summary>
    public void Note()
    {
        if (_hasNew && _entry is { } entry)
        {
            _hasNew = false;
            _falls = SequenceWatch.Delivered(entry, _streamSeq);
        }
    }

    /// <summary>The consumer went back: a loss of the stream is reported with the answer about its state, anything else as a reset of the consumer.</summary>
    public async Task AskAsync(ConsumerOrigin origin, IReadReporter reporter)
    {
        if (Interlocked.Exchange(ref _isAsking, 1) != 0)
        {
            return;
        }

        try
        {
            int falls = SequenceWatch.View(_entry).Falls;
            await _streams.InfoAsync(stream, null, CancellationToken.None).ConfigureAwait(false);
            if (SequenceWatch.View(_entry).Falls == falls)
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
        _falls = SequenceWatch.View(entry).Falls;
        return entry;
    }
}
