using Earshot.Server.Routing;

namespace Earshot.Server.JetStream;

/// <summary>
/// Checks the messages of an atomic batch at its commit, one after the other, as if those before were stored. The order of the checks is that of
/// a real server, and not the one of single messages.
/// </summary>
internal sealed class BatchCheck(StreamWriter writer, DateTimeOffset now)
{
    private readonly HashSet<byte[]> _ids = new(SubjectBytesComparer.Instance);
    private readonly Dictionary<byte[], int> _subjects = new(SubjectBytesComparer.Instance);
    private readonly Dictionary<byte[], CounterTotal> _totals = new(SubjectBytesComparer.Instance);
    private int _count;
    private long _bytes;

    private MessageStore Stored => writer.Stream.Messages;

    /// <summary>Checks the next message, and changes it as it will be stored.</summary>
    public ApiError? Next(StagedMessage message)
    {
        PublishRules rules = writer.RulesAt(now);
        IncomingMessage incoming = message.Incoming;
        var asked = PublishHeaders.Read(message.Headers);
        PendingMessage pending = message.ToPending();
        ApiError? error = asked.HasValue(PublishHeader.ExpectedLastId) ? PublishError.UnsupportedInBatch("Nats-Expected-Last-Msg-Id") : null;
        error ??= rules.Increment(asked, incoming.Payload.Length) ?? rules.ExpectedStream(asked) ?? rules.LifetimeAllowed(asked) ?? rules.Lifetime(asked, ref pending) ?? Duplicate(asked)
            ?? rules.Schedule(asked, incoming) ?? rules.Scheduler(asked, incoming.Subject) ?? PublishRules.StreamSource(asked) ?? rules.IncrementMissing(asked)
            ?? Count(rules, asked, message.Subject, ref pending)
            ?? rules.Room(pending, _count, _bytes, _subjects.GetValueOrDefault(message.Subject))
            ?? ExpectedLast(asked) ?? ExpectedLastOfSubject(rules, asked, message.Subject) ?? rules.Rollup(asked, ref pending) ?? Rollup(pending.Rollup, message.Subject);
        if (error is not null)
        {
            return error;
        }

        _count++;
        _bytes += StoredMessage.StoredSize(message.Subject.Length, pending.Headers.Length, pending.Payload.Length, writer.Stream.Config.IsFile);
        _subjects[message.Subject] = _subjects.GetValueOrDefault(message.Subject) + 1;
        message.Take(pending);
        return null;
    }

    private ApiError? Duplicate(in PublishHeaders asked)
    {
        ReadOnlySpan<byte> id = asked[PublishHeader.MessageId];
        return !id.IsEmpty && (writer.Ids.TryFind(id, now, out _) || !_ids.Add(id.ToArray())) ? PublishError.DuplicateInBatch : null;
    }

    private ApiError? Count(PublishRules rules, in PublishHeaders asked, byte[] subject, ref PendingMessage pending)
    {
        ApiError? error = rules.Count(asked, ref pending, _totals.GetValueOrDefault(subject), out CounterTotal? total);
        if (total is not null)
        {
            _totals[subject] = total;
        }

        return error;
    }

    // Only the first message may expect a sequence of the stream.
    private ApiError? ExpectedLast(in PublishHeaders asked)
    {
        if (!asked.HasValue(PublishHeader.ExpectedLast))
        {
            return null;
        }

        ulong last = Stored.LastSequence + (ulong)_count;
        return !asked.TryGetNumber(PublishHeader.ExpectedLast, out ulong expected) || expected != last ? ApiError.WrongLastSequence(last)
            : _count > 0 ? PublishError.WrongLastSequenceInBatch
            : null;
    }

    // A subject that the batch itself has written has no sequence yet.
    private ApiError? ExpectedLastOfSubject(PublishRules rules, in PublishHeaders asked, byte[] subject)
    {
        bool isWritten = asked.HasValue(PublishHeader.ExpectedLastOfSubject)
            && (asked.HasValue(PublishHeader.ExpectedSubject) ? _subjects.ContainsKey(asked[PublishHeader.ExpectedSubject].ToArray()) : _subjects.ContainsKey(subject));
        return isWritten ? PublishError.WrongLastSequenceInBatch : rules.ExpectedLastOfSubject(asked, subject);
    }

    private ApiError? Rollup(RollupKind rollup, byte[] subject) =>
        rollup == RollupKind.All && _count > 0 ? ApiError.RollupFailed("batch rollup all invalid")
        : rollup == RollupKind.Subject && _subjects.ContainsKey(subject) ? ApiError.RollupFailed("batch rollup sub invalid")
        : null;
}
