using System.Globalization;
using System.Text.Json;
using Earshot.Fleet.Records;
using Earshot.Fleet.Streams;
using Earshot.JetStream;

namespace Earshot.Fleet.Collecting;

/// <summary>
/// What the stream has already, read by direct get. It is what several collectors, and one before and after its restart, have in common. Servers before 2.11
/// cannot answer; then nothing is known of the stream.
/// </summary>
internal sealed class StoredRecords(INatsJSContext context)
{
    // Any replica may be asked, also one that is frozen; the next request may get another one.
    private static readonly TimeSpan s_answerLimit = TimeSpan.FromMilliseconds(500);

    private readonly INatsJSContext _reading = context.Connection.CreateJetStreamContext(new NatsJSOpts(context.Connection.Opts, apiPrefix: context.Opts.Prefix, requestTimeout: s_answerLimit));

    private const int Attempts = 3;
    private const string MessageId = "Nats-Msg-Id";
    private const int Page = 1000;
    private const int PageBytes = 1024 * 1024;

    /// <summary>The time of the last message; null when the stream is empty.</summary>
    public async Task<DateTimeOffset?> LastAsync(CancellationToken cancellationToken)
    {
        INatsJSStream stream = await context.GetStreamAsync(FleetStreams.ServersName, cancellationToken: cancellationToken).ConfigureAwait(false);
        StreamState state = stream.Info.State;
        return state.Messages > 0 && DateTimeOffset.TryParse(state.LastTs, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset last) ? last : null;
    }

    /// <summary>The ids of the messages that were stored since a time; null when the server cannot tell.</summary>
    public async Task<HashSet<string>?> IdsSinceAsync(DateTimeOffset from, CancellationToken cancellationToken)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        bool isKnown = await ReadAsync(from, FleetSubjects.AllServers, message =>
        {
            if (message.Headers?.TryGetLastValue(MessageId, out string? id) == true)
            {
                ids.Add(id);
            }
        }, cancellationToken).ConfigureAwait(false);
        return isKnown ? ids : null;
    }

    /// <summary>The connections whose ends were stored since a time; null when the server cannot tell.</summary>
    public async Task<HashSet<(string Server, ulong Client)>?> EndsSinceAsync(DateTimeOffset from, CancellationToken cancellationToken)
    {
        var ends = new HashSet<(string, ulong)>();
        foreach (ServerRecordKind kind in new[] { ServerRecordKind.Disconnect, ServerRecordKind.Filled })
        {
            bool isKnown = await ReadAsync(from, FleetSubjects.Server("*", kind), message =>
            {
                if (Parse(message.Data) is { Client: { } client } record)
                {
                    ends.Add((record.Server.Id, client.Id));
                }
            }, cancellationToken).ConfigureAwait(false);
            if (!isKnown)
            {
                return null;
            }
        }

        return ends;
    }

    /// <summary>The last records of a server that say silent and back; null when no server can tell.</summary>
    public async Task<StoredSilence?> MarksOfAsync(string server, CancellationToken cancellationToken)
    {
        for (int i = 0; i < Attempts; i++)
        {
            try
            {
                return await ReadMarksAsync(server, cancellationToken).ConfigureAwait(false);
            }
            catch (NatsJSApiNoResponseException)
            {
                // A replica that is frozen, or no stream.
            }
            catch (NatsJSFeatureNotSupportedException)
            {
                return null;
            }
        }

        return null;
    }

    private async Task<StoredSilence> ReadMarksAsync(string server, CancellationToken cancellationToken)
    {
        string silent = FleetSubjects.Server(server, ServerRecordKind.Silent);
        var request = new StreamMsgBatchGetRequest { MultiLast = [silent, FleetSubjects.Server(server, ServerRecordKind.Back)] };
        StoredSilence found = default;
        await foreach (NatsMsg<byte[]> message in _reading.GetBatchDirectAsync(FleetStreams.ServersName, request, NatsRawSerializer<byte[]>.Default, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            ulong sequence = SequenceOf(message);
            found = SubjectOf(message) == silent ? found with { Silent = sequence } : found with { Back = sequence, Returned = Parse(message.Data)?.At ?? default };
        }

        return found;
    }

    private async Task<bool> ReadAsync(DateTimeOffset from, string subjects, Action<NatsMsg<byte[]>> read, CancellationToken cancellationToken)
    {
        ulong next = 0;
        bool hasMore = true;
        while (hasMore)
        {
            hasMore = false;
            var request = new StreamMsgBatchGetRequest { Batch = Page, MaxBytes = PageBytes, NextBySubj = subjects, Seq = next, StartTime = next == 0 ? from : null };
            try
            {
                IAsyncEnumerable<NatsMsg<byte[]>> page = _reading.GetBatchDirectAsync(FleetStreams.ServersName, request, NatsRawSerializer<byte[]>.Default, end => hasMore = end.NumPending > 0, cancellationToken);
                await foreach (NatsMsg<byte[]> message in page.ConfigureAwait(false))
                {
                    read(message);
                    next = SequenceOf(message) + 1;
                }
            }
            catch (NatsJSFeatureNotSupportedException)
            {
                return false;
            }
        }

        return true;
    }

    private static ServerRecord? Parse(byte[]? body)
    {
        try
        {
            return body is null ? null : JsonSerializer.Deserialize(body, FleetJson.Default.ServerRecord);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? SubjectOf(in NatsMsg<byte[]> message) => message.Headers?.TryGetLastValue("Nats-Subject", out string? subject) == true ? subject : null;

    private static ulong SequenceOf(in NatsMsg<byte[]> message) =>
        message.Headers?.TryGetLastValue("Nats-Sequence", out string? text) == true && ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong sequence) ? sequence : 0;
}
