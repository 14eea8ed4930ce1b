using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Earshot.Auditor;

/// <summary>
/// Reads a stream message by message over a bare socket, without code of the client, and asks the leader for each. It says what is in the
/// stream and judges nothing.
/// </summary>
internal static class StreamAuditor
{
    private const int Outstanding = 256;
    private static readonly TimeSpan s_election = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_pollInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>The payloads of a stream by sequence. A sequence that the leader has no message for is left out.</summary>
    public static async Task<SortedDictionary<ulong, byte[]>> ReadAsync(int port, string stream, CancellationToken cancellationToken)
    {
        using RawConnection connection = await RawConnection.OpenAsync(port, cancellationToken);
        var messages = new SortedDictionary<ulong, byte[]>();
        (ulong next, ulong last) = await ReadRangeAsync(connection, stream, cancellationToken);
        var asked = new Queue<ulong>();
        while (next <= last || asked.Count > 0)
        {
            for (; next <= last && asked.Count < Outstanding; next++)
            {
                asked.Enqueue(next);
                string text = next.ToString(CultureInfo.InvariantCulture);
                await connection.RequestAsync($"$JS.API.STREAM.MSG.GET.{stream}", text, $"{{\"seq\":{text}}}", cancellationToken);
            }

            for (; asked.Count > 0; asked.Dequeue())
            {
                (string token, byte[]? payload) = await connection.ReadAsync(cancellationToken);
                using var answer = JsonDocument.Parse(payload ?? throw new InvalidOperationException("The server without an answer to MSG.GET has no JetStream or no leader."));
                if (answer.RootElement.TryGetProperty("message", out JsonElement message))
                {
                    messages.Add(ulong.Parse(token, CultureInfo.InvariantCulture), message.TryGetProperty("data", out JsonElement data) ? data.GetBytesFromBase64() : []);
                }
            }
        }

        return messages;
    }

    /// <summary>Gives the lead of a stream to a node and completes when it has it.</summary>
    /// <param name="port">The port of any node.</param>
    /// <param name="stream">The name of the stream.</param>
    /// <param name="node">The name of the node.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task MoveLeaderAsync(int port, string stream, string node, CancellationToken cancellationToken)
    {
        using var again = new PeriodicTimer(s_pollInterval, TimeProvider.System);
        using RawConnection connection = await RawConnection.OpenAsync(port, cancellationToken);
        long asked = 0;
        while (await ReadLeaderAsync(connection, stream, cancellationToken) is var leader && leader != node)
        {
            // An election takes a while, and a request in the middle of it begins another one.
            if (leader is not null && (asked == 0 || TimeProvider.System.GetElapsedTime(asked) > s_election))
            {
                asked = TimeProvider.System.GetTimestamp();
                await connection.RequestAsync($"$JS.API.STREAM.LEADER.STEPDOWN.{stream}", "move", $"{{\"placement\":{{\"preferred\":\"{node}\"}}}}", cancellationToken);
                await connection.ReadAsync(cancellationToken);
            }

            await again.WaitForNextTickAsync(cancellationToken);
        }
    }

    private static async Task<string?> ReadLeaderAsync(RawConnection connection, string stream, CancellationToken cancellationToken)
    {
        using JsonDocument info = await AskAsync(connection, $"$JS.API.STREAM.INFO.{stream}", cancellationToken);
        return info.RootElement.TryGetProperty("cluster", out JsonElement cluster) && cluster.TryGetProperty("leader", out JsonElement leader) ? leader.GetString() : null;
    }

    private static async Task<(ulong First, ulong Last)> ReadRangeAsync(RawConnection connection, string stream, CancellationToken cancellationToken)
    {
        using JsonDocument info = await AskAsync(connection, $"$JS.API.STREAM.INFO.{stream}", cancellationToken);
        JsonElement state = info.RootElement.TryGetProperty("state", out JsonElement found)
            ? found
            : throw new InvalidOperationException($"The stream {stream} cannot be read: {info.RootElement}");
        return (state.GetProperty("first_seq").GetUInt64(), state.GetProperty("last_seq").GetUInt64());
    }

    private static async Task<JsonDocument> AskAsync(RawConnection connection, string subject, CancellationToken cancellationToken)
    {
        await connection.RequestAsync(subject, "info", "", cancellationToken);
        (_, byte[]? payload) = await connection.ReadAsync(cancellationToken);
        return JsonDocument.Parse(payload ?? Encoding.UTF8.GetBytes("{}"));
    }
}
