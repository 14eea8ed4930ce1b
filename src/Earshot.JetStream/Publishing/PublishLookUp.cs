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
    /// <returns>The sequence of its message; 0 when it is certainly not stored; null when neither is proven.</returns>
    public static async Task<ulong?> FindAsync(PublishMessage message, string stream, string subject)
    {
        var stored = new Reader(message.Context, stream);
        if (Number(message, LastSequence) is { } last)
        {
            // A message that met the expectation has the next sequence, which the stream assigns once.
            return await stored.GetAsync(new StreamMsgGetRequest { Seq = last + 1 }).ConfigureAwait(false) is { } next ? SequenceOf(next, message) ?? 0 : null;
        }

        if (Number(message, LastSubjectSequence) is not { } before || Value(message, OtherSubject) is not null)
        {
            return await stored.GetAsync(new StreamMsgGetRequest { LastBySubj = subject }).ConfigureAwait(false) is { } latest ? SequenceOf(latest, message) : null;
        }

        if (await stored.GetAsync(new StreamMsgGetRequest { Seq = before + 1, NextBySubj = subject }).ConfigureAwait(false) is not { } follower)
        {
            return null;
        }

        if (SequenceOf(follower, message) is { } ours)
        {
            return ours;
        }

        bool isDirectlyBehind = HasExpected(follower, before)
            || (before > 0 && await stored.GetAsync(new StreamMsgGetRequest { Seq = before }).ConfigureAwait(false) is { } earlier && earlier.Subject == subject);
        return isDirectlyBehind ? 0 : null; // limits remove the oldest messages first, so none is missing between
    }

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

        /// <summary>Returns the message; null when the stream does not have it, or did not answer.</summary>
        public async ValueTask<StoredMessage?> GetAsync(StreamMsgGetRequest request)
        {
            try
            {
                return (await _calls.MessageAsync(stream, request, default).ConfigureAwait(false)).Message;
            }
            catch (Exception e) when (e is NatsException or ArgumentException or OperationCanceledException)
            {
                return null;
            }
        }
    }
}
