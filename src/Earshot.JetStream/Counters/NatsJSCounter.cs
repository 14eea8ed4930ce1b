using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using Earshot.JetStream.Counters;
using Earshot.JetStream.Publishing;
using Earshot.JetStream.Requests;

namespace Earshot.JetStream;

/// <summary>
/// The counters of a stream (ADR-49, since server 2.12): each subject is a number of any size, to which a publish adds. Safe for use from any
/// thread. The stream must have <see cref="StreamConfig.AllowMsgCounter"/>.
/// </summary>
public sealed class NatsJSCounter
{
    private readonly ContextParts _parts;
    private readonly PublishCalls _publishes;

    private ICollection<string> _subjects;

    internal NatsJSCounter(ContextParts parts, StreamInfo info) =>
        (_parts, _publishes, Stream, _subjects) = (parts, new PublishCalls(parts), info.Config.Name ?? "", info.Config.Subjects ?? []);

    /// <summary>The name of the stream.</summary>
    public string Stream { get; }

    /// <summary>Adds a number to a counter, which starts with 0.</summary>
    /// <param name="subject">The subject of the counter.</param>
    /// <param name="value">The number to add; it may be negative. 0 returns the present value.</param>
    /// <param name="msgId">
    /// The message id, with which the call is repeated when its ack is missing, without adding twice. The server does not return the value of
    /// a repeated message, so the counter is then read, and other additions may be included. Null: the call is not repeated when its effect is unknown.
    /// </param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The value after the addition.</returns>
    /// <exception cref="ArgumentException">The stream does not have the subject. Nothing was sent.</exception>
    /// <exception cref="NatsJSApiException">The stream rejects the addition.</exception>
    /// <exception cref="NatsJSPublishNoResponseException">No stream has the subject, or the stream has no leader. Nothing was added.</exception>
    /// <exception cref="NatsJSPublishUnknownException">The addition was sent and not acknowledged: it may have been made.</exception>
    /// <exception cref="NatsJSPublishNotSentException">The addition was not sent within <see cref="NatsJSOpts.PublishTimeout"/>.</exception>
    /// <exception cref="NatsJSPublishCanceledException">The call was cancelled after the addition had been sent: it may have been made.</exception>
    public async ValueTask<BigInteger> AddAsync(string subject, BigInteger value, string? msgId = null, CancellationToken cancellationToken = default)
    {
        await CheckSubjectAsync(subject, cancellationToken).ConfigureAwait(false);
        var request = new PublishRequest<byte[]>(subject, null, NatsRawSerializer<byte[]>.Default, NatsJSPubOpts.Default, null)
        {
            MsgId = msgId,
            Increment = value.ToString(CultureInfo.InvariantCulture),
        };
        PubAckResponse ack = await _publishes.PublishAsync(request, cancellationToken).ConfigureAwait(false);
        if (ack.Error is { } error)
        {
            throw NatsJSApiException.Of(error);
        }

        if (ack.Value is { } text)
        {
            return CounterReader.Number(text);
        }

        // The id is known, so the addition was made before.
        return await GetAsync(subject, cancellationToken).ConfigureAwait(false) is { } entry ? entry.Value
            : throw new NatsJSException($"The counter '{subject}' acknowledged an addition, and has no value.");
    }

    /// <summary>Reads a counter from the leader, so that every acknowledged addition is included.</summary>
    /// <param name="subject">The subject of the counter.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The counter; null when nothing was added to it.</returns>
    /// <exception cref="NatsJSApiNoResponseException">The server did not answer within <see cref="NatsJSOpts.RequestTimeout"/>.</exception>
    /// <exception cref="NatsJSException">The last message of the subject is not that of a counter.</exception>
    public async ValueTask<CounterEntry?> GetAsync(string subject, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(subject);
        StoredMessage message;
        try
        {
            message = (await new StreamCalls(_parts).MessageAsync(Stream, new StreamMsgGetRequest { LastBySubj = subject }, cancellationToken).ConfigureAwait(false)).Message;
        }
        catch (NatsJSApiException e) when (e.Is(NatsJSErrorCode.MessageNotFound))
        {
            return null;
        }

        string headers = StoredHeaders.Lines(message);
        string? increment = StoredHeaders.LastValue(headers, CounterReader.IncrementHeader);
        return new CounterEntry
        {
            Subject = message.Subject,
            Value = CounterReader.Value(message.Data.Span),
            Increment = increment is null ? null : CounterReader.Number(increment),
            Sources = CounterReader.Sources(StoredHeaders.LastValue(headers, CounterReader.SourcesHeader)),
            Sequence = message.Seq,
        };
    }

    /// <summary>
    /// Reads several counters with one request (since server 2.11), from any replica: an acknowledged addition may not be included yet. The
    /// stream must have <see cref="StreamConfig.AllowDirect"/>.
    /// </summary>
    /// <param name="subjects">The subjects of the counters; wildcards are allowed. At most 1,024 counters may match.</param>
    /// <param name="cancellationToken">Cancels the enumeration.</param>
    /// <returns>The counters that exist, in the order of their last additions.</returns>
    /// <exception cref="ArgumentException">There is no subject, or there are more than 1,024.</exception>
    /// <exception cref="NatsJSApiNoResponseException">No responders: the stream does not allow direct get; or no response in time.</exception>
    /// <exception cref="NatsJSProtocolException">More than 1,024 counters match (status 413).</exception>
    public IAsyncEnumerable<CounterEntry> GetManyAsync(IEnumerable<string> subjects, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(subjects);
        var request = new StreamMsgBatchGetRequest { MultiLast = [.. subjects] };
        BatchGet.Check(Stream, request);
        return ReadAsync(request, cancellationToken);
    }

    // The server refuses an expected stream for counters, so the addition could be made in another stream.
    private async ValueTask CheckSubjectAsync(string subject, CancellationToken cancellationToken)
    {
        _parts.Port.Check(subject, null);
        if (HasSubject(subject))
        {
            return;
        }

        StreamInfo info = await new StreamCalls(_parts).InfoAsync(Stream, null, cancellationToken).ConfigureAwait(false);
        _subjects = info.Config.Subjects ?? [];
        if (!HasSubject(subject))
        {
            throw new ArgumentException($"The stream '{Stream}' does not have the subject '{subject}'.", nameof(subject));
        }
    }

    private bool HasSubject(string subject)
    {
        foreach (string filter in _subjects)
        {
            if (SubjectFilter.Matches(filter, subject))
            {
                return true;
            }
        }

        return false;
    }

    private async IAsyncEnumerable<CounterEntry> ReadAsync(StreamMsgBatchGetRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (NatsMsg<byte[]> message in BatchGet.ReadAsync(_parts, Stream, request, NatsRawSerializer<byte[]>.Default, null, cancellationToken).ConfigureAwait(false))
        {
            string? increment = Last(message, CounterReader.IncrementHeader);
            yield return new CounterEntry
            {
                Subject = Last(message, "Nats-Subject") ?? "",
                Value = CounterReader.Value(message.Data),
                Increment = increment is null ? null : CounterReader.Number(increment),
                Sources = CounterReader.Sources(Last(message, CounterReader.SourcesHeader)),
                Sequence = ulong.TryParse(Last(message, "Nats-Sequence"), NumberStyles.None, CultureInfo.InvariantCulture, out ulong sequence) ? sequence : 0,
            };
        }
    }

    private static string? Last(in NatsMsg<byte[]> message, string name) =>
        message.Headers is { } headers && headers.TryGetLastValue(name, out string? value) ? value : null;
}
