using Earshot.Connections;
using Earshot.JetStream.Requests;

namespace Earshot.JetStream.Publishing;

/// <summary>
/// Completes publishes, and remembers what follows from the results: the streams of subjects, sequences, and publishes whose ack may still
/// arrive. Does not decide outcomes.
/// </summary>
internal sealed class PublishResults(ConnectionPort port, SequenceWatch watch)
{
    private static readonly TimeSpan s_usualWindow = TimeSpan.FromMinutes(2);
    private const double SafePart = 0.9; // the server decides about publishes near the end of the window

    private readonly PubAckReader _reader = new();
    private readonly KnownSubjects _subjects = new();
    private readonly LateAcks _late = new();
    private readonly UncertainReports _reports = new(port);

    /// <summary>Reads an ack. Called on the read loop only.</summary>
    public PubAckResponse? Read(ReadOnlySpan<byte> payload) => _reader.Read(payload);

    /// <summary>Returns the stream that stored the last publish to the subject; null when it is not known.</summary>
    public StreamEntry? StreamOf(string subject) => _subjects.Find(subject);

    /// <summary>Returns what is known before a publish to the subject is sent.</summary>
    public StreamView ViewOf(string subject) => watch.ViewBeforePublish(StreamOf(subject));

    /// <summary>
    /// Adds what is known of the stream to the rules of a publish: the time after its first attempt within which a publish with a message id may
    /// be sent again, and whether its subject may have no stream.
    /// </summary>
    public static PublishTerms TermsFor(in PublishTerms terms, in StreamView view) => terms with
    {
        Window = SafeWindow(view.Entry?.DuplicateWindow),
        AsksForStream = terms.AsksForStream && view.Entry is null,
    };

    /// <summary>Returns the time after its first attempt within which a publish with a message id may be sent again.</summary>
    /// <param name="duplicateWindow">The duplicate window of the stream. Null or zero: not known.</param>
    public static TimeSpan SafeWindow(TimeSpan? duplicateWindow) =>
        (duplicateWindow is { } window && window > TimeSpan.Zero ? window : s_usualWindow) * SafePart;

    /// <summary>Completes a publish that has ended.</summary>
    /// <param name="waiter">The publish.</param>
    /// <param name="token">The token of its acks.</param>
    /// <param name="order">How the publish ended.</param>
    /// <param name="state">The last state of the publish.</param>
    /// <param name="exception">The exception to throw; null when the result is an ack.</param>
    /// <param name="now">The present time.</param>
    public void Complete(PublishWaiter waiter, ulong token, PublishOrder order, in PublishState state, Exception? exception, TimeSpan now)
    {
        PublishMessage message = waiter.Message;
        JetStreamMeter.Published(port.Options.Name, WordOf(order), now - (state.FirstSent ?? now));
        if (order is PublishOrder.EndUnknown or PublishOrder.EndCancelledUnknown)
        {
            var publish = new GivenUpPublish(message.Subject, message.MsgId, state.Attempts, state.FirstSent ?? now);
            _late.Add(token, publish, now);
            _reports.Add(Report(publish, UncertainResult.Unknown, null, now));
        }

        if (exception is not null)
        {
            message.Return();
            waiter.Fail(exception);
            return;
        }

        PubAckResponse ack = waiter.Answer ?? new PubAckResponse { Error = state.LastError };
        ack.Attempts = state.Attempts;
        ack.Outcome = order switch
        {
            PublishOrder.EndStored => NatsJSPublishOutcome.Stored,
            PublishOrder.EndDuplicate => NatsJSPublishOutcome.Duplicate,
            _ => NatsJSPublishOutcome.Rejected,
        };
        if (ack is { Error: null, Stream: { } stream })
        {
            StreamEntry entry = watch.Entry(ack.Domain, stream);
            _subjects.Add(message.Subject, entry);
            // An id of the application may be that of an earlier publish, whose sequence says nothing about the present.
            if (!ack.Duplicate || message.IsIdGenerated)
            {
                watch.Acked(entry, ack.Seq, waiter.View);
            }
        }

        if (order == PublishOrder.EndStored)
        {
            ack.Duplicate = false; // the stored message is an earlier attempt of the same publish
        }

        message.Return();
        waiter.Complete(ack);
    }

    /// <summary>Processes an ack that no publish waits for. It is reported when its publish ended with an unknown outcome.</summary>
    public void Late(ulong token, PubAckResponse ack, TimeSpan now)
    {
        if (_late.TryTake(token, out GivenUpPublish publish))
        {
            UncertainResult result = ack.Error is not null ? UncertainResult.LateRejected : ack.Duplicate ? UncertainResult.LateDuplicate : UncertainResult.LateStored;
            _reports.Add(Report(publish, result, ack, now));
        }
    }

    /// <inheritdoc cref="UncertainReports.Flush"/>
    public void Flush() => _reports.Flush();

    private static string WordOf(PublishOrder order) => order switch
    {
        PublishOrder.EndStored => nameof(NatsJSPublishOutcome.Stored),
        PublishOrder.EndDuplicate => nameof(NatsJSPublishOutcome.Duplicate),
        PublishOrder.EndUnknown or PublishOrder.EndCancelledUnknown => nameof(NatsOutcome.Unknown),
        PublishOrder.EndNotSent or PublishOrder.EndCancelled => nameof(NatsOutcome.NotSent),
        _ => nameof(NatsOutcome.Rejected),
    };

    private static NatsUncertainOutcomeEvent Report(in GivenUpPublish publish, UncertainResult result, PubAckResponse? ack, TimeSpan now) => new()
    {
        Operation = publish.Subject.Contains("$KV.", StringComparison.Ordinal) ? UncertainOperation.KVWrite
            : publish.Subject.StartsWith("$O.", StringComparison.Ordinal) ? UncertainOperation.ObjectPut : UncertainOperation.Publish,
        Subject = publish.Subject,
        MsgId = publish.MsgId,
        Stream = ack?.Stream,
        StreamSeq = ack is { Error: null } ? ack.Seq : null,
        Result = result,
        Attempts = publish.Attempts,
        Duration = now - publish.FirstSent,
    };
}
