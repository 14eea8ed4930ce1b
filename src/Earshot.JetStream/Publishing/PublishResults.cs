using Earshot.Connections;
using Earshot.JetStream.Requests;

namespace Earshot.JetStream.Publishing;

/// <summary>
/// Gives publishes their results, and keeps what the results teach: the streams of subjects, sequences, and publishes whose ack may still
/// come. Decides no outcome.
/// </summary>
internal sealed class PublishResults(ConnectionPort port, SequenceWatch watch)
{
    private static readonly TimeSpan s_usualWindow = TimeSpan.FromMinutes(2);
    private const double SafePart = 0.9; // the ends of the window are the server's to decide

    private readonly PubAckReader _reader = new();
    private readonly KnownSubjects _subjects = new();
    private readonly LateAcks _late = new();
    private readonly UncertainReports _reports = new(port);

    /// <summary>On the read loop alone.</summary>
    public PubAckResponse? Read(ReadOnlySpan<byte> payload) => _reader.Read(payload);

    /// <summary>The stream that stored the last publish to the subject; null where none is known.</summary>
    public StreamEntry? StreamOf(string subject) => _subjects.Find(subject);

    /// <summary>How long after its first attempt a publish with an id may be sent again.</summary>
    public static TimeSpan WindowOf(StreamEntry? stream) => (stream?.DuplicateWindow ?? s_usualWindow) * SafePart;

    /// <summary>Completes a publish that is over.</summary>
    /// <param name="waiter">Whose result it is.</param>
    /// <param name="token">The token of its acks.</param>
    /// <param name="order">How it ended.</param>
    /// <param name="state">What it went through.</param>
    /// <param name="exception">What to throw; null where an answer is the result.</param>
    /// <param name="now">When.</param>
    public void Complete(PublishWaiter waiter, ulong token, PublishOrder order, in PublishState state, Exception? exception, TimeSpan now)
    {
        PublishMessage message = waiter.Message;
        JetStreamMeter.Published(WordOf(order), now - (state.FirstSent ?? now));
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
            if (!ack.Duplicate)
            {
                watch.Acked(entry, ack.Seq, waiter.View);
            }
        }

        if (order == PublishOrder.EndStored)
        {
            ack.Duplicate = false; // it was an attempt of this very publish that was stored
        }

        message.Return();
        waiter.Complete(ack);
    }

    /// <summary>An answer came for a publish that no one awaits: of one that ended with an unknown outcome it is reported.</summary>
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
        Operation = UncertainOperation.Publish,
        Subject = publish.Subject,
        MsgId = publish.MsgId,
        Stream = ack?.Stream,
        StreamSeq = ack is { Error: null } ? ack.Seq : null,
        Result = result,
        Attempts = publish.Attempts,
        Duration = now - publish.FirstSent,
    };
}
