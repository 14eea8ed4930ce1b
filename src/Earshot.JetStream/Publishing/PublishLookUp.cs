using System.Globalization;
using System.Text;
using Earshot.JetStream.Requests;

namespace Earshot.JetStream.Publishing;

/// <summary>
/// Finds out whether the stream has stored a publish whose effect was unknown, and whose repetition was rejected because an expectation was
/// not met. That the last message of the subject is another one proves nothing: it may have replaced the one of this publish.
/// </summary>
internal static class PublishLookUp
{
    private const string LastSequence = "Nats-Expected-Last-Sequence";
    private const string LastSubjectSequence = "Nats-Expected-Last-Subject-Sequence";
    private const string OtherSubject = "Nats-Expected-Last-Subject-Sequence-Subject";

    /// <summary>Reads the message behind the expected position from the leader.</summary>
    /// <param name="message">The publish, which has a message id.</param>
    /// <param name="stream">The stream that rejected it.</param>
    /// <param name="subject">The subject that the stream stores.</param>
    /// <returns>The input for the machine, and the sequence of the message when it is stored.</returns>
    public static async Task<(PublishInputKind Kind, ulong Sequence)> FindAsync(PublishMessage message, string stream, string subject)
    {
        var stored = new Reader(message.Context, stream);
        if (Number(message, LastSequence) is { } last)
        {
            // A message that met the expectation has the next sequence, which the stream assigns once.
            return await stored.GetAsync(new StreamMsgGetRequest { Seq = last + 1 }).ConfigureAwait(false) is { } next
                ? Compare(next, message, isProof: true) : stored.Nothing(PublishInputKind.FoundNothing);
        }

        if (Number(message, LastSubjectSequence) is not { } before || Value(message, OtherSubject) is not null)
        {
            return await stored.GetAsync(new StreamMsgGetRequest { LastBySubj = subject }).ConfigureAwait(false) is { } latest
                ? Compare(latest, message, isProof: false) : stored.Nothing(PublishInputKind.NotFoundOut);
        }

        if (await stored.GetAsync(new StreamMsgGetRequest { Seq = before + 1, NextBySubj = subject }).ConfigureAwait(false) is not { } follower)
        {
            return stored.Nothing(PublishInputKind.FoundNothing);
        }

        if (SequenceOf(follower, message) is not null || HasExpected(follower, before))
        {
            return Compare(follower, message, isProof: true);
        }

        // Limits remove the oldest messages first, so none is missing behind one that is there.
        bool isDirectlyBehind = before > 0 && await stored.GetAsync(new StreamMsgGetRequest { Seq = before }).ConfigureAwait(false) is { } earlier && earlier.Subject == subject;
        return isDirectlyBehind ? Compare(follower, message, isProof: true) : stored.Nothing(PublishInputKind.NotFoundOut);
    }

    private static (PublishInputKind Kind, ulong Sequence) Compare(StoredMessage found, in PublishMessage message, bool isProof) =>
        SequenceOf(found, message) is { } ours ? (PublishInputKind.FoundOurs, ours)
        : (isProof ? PublishInputKind.FoundAnother : PublishInputKind.NotFoundOut, 0);

    private static ulong? SequenceOf(StoredMessage found, in PublishMessage message) =>
        StoredHeaders.LastValue(found, PublishLines.MsgId) == message.MsgId ? found.Seq : null;

    // The message was stored because the last one of its subject had this sequence.
    private static bool HasExpected(StoredMessage found, ulong sequence) =>
        StoredHeaders.LastValue(found, OtherSubject) is null && Number(StoredHeaders.LastValue(found, LastSubjectSequence)) == sequence;

    private static ulong? Number(in PublishMessage message, string name) => Number(Value(message, name));

    private static ulong? Number(string? text) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) ? number : null;

    // From the options or from the headers of the call; setting both is refused.
    private static string? Value(in PublishMessage message, string name) =>
        StoredHeaders.LastValue(Encoding.UTF8.GetString(message.HeaderLines), name)
        ?? (message.Headers is { Count: > 0 } headers && headers.TryGetLastValue(name, out string? value) ? value : null);

    private sealed class Reader(ContextParts parts, string stream)
    {
        private readonly StreamCalls _calls = new(parts);
        private bool _isUnanswered; // in time: the stream may have a leader again later

        /// <summary>Returns the message; null when the stream does not have it, or did not answer.</summary>
        public async ValueTask<StoredMessage?> GetAsync(StreamMsgGetRequest request)
        {
            try
            {
                return (await _calls.MessageAsync(stream, request, default).ConfigureAwait(false)).Message;
            }
            catch (Exception e) when (e is NatsException or ArgumentException or OperationCanceledException)
            {
                _isUnanswered |= e is NatsJSApiNoResponseException;
                return null;
            }
        }

        /// <summary>The result without a message, unless a request was not answered.</summary>
        public (PublishInputKind Kind, ulong Sequence) Nothing(PublishInputKind kind) => (_isUnanswered ? PublishInputKind.LookUpUnanswered : kind, 0);
    }
}
