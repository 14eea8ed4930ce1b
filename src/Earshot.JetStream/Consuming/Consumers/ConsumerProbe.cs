using System.Text.Json;

namespace Earshot.JetStream.Consuming;

/// <summary>
/// Requests the info of a consumer after an event with several possible causes (status 503, missed heartbeats). Reads only the fields that
/// are needed, so it supports all server versions.
/// </summary>
internal static class ConsumerProbe
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(2);

    /// <summary>Requests the info. Does not throw: a failed request is a result.</summary>
    public static async Task<PullProbe> AskAsync(ConsumerOrigin origin)
    {
        try
        {
            NatsMsg<byte[]> reply = await origin.Hub.Port.Connection.RequestAsync<byte[], byte[]>(
                origin.InfoSubject, [], replyOpts: new NatsSubOpts { Timeout = s_timeout }).ConfigureAwait(false);
            return reply.Data is { Length: > 0 } json ? Read(json, origin) : new PullProbe(PullProbeKind.Unavailable);
        }
        catch (Exception)
        {
            return new PullProbe(PullProbeKind.Unavailable);
        }
    }

    private static PullProbe Read(byte[] json, ConsumerOrigin origin)
    {
        using var document = JsonDocument.Parse(json);
        JsonElement root = document.RootElement;
        if (root.TryGetProperty("error", out JsonElement error))
        {
            return new PullProbe(KindOf(Number(error, "err_code")));
        }

        JsonElement config = root.GetProperty("config");
        origin.Traits = TraitsOf(root, config);
        return new PullProbe(PullProbeKind.Exists, new PullFacts
        {
            IsPaused = root.TryGetProperty("paused", out JsonElement paused) && paused.ValueKind == JsonValueKind.True,
            AckPending = (int)Number(root, "num_ack_pending"),
            MaxAckPending = (int)Number(config, "max_ack_pending"),
            Waiting = (int)Number(root, "num_waiting"),
            MaxWaiting = (int)Number(config, "max_waiting"),
            Pending = (ulong)Number(root, "num_pending"),
            Leader = root.TryGetProperty("cluster", out JsonElement cluster) && cluster.TryGetProperty("leader", out JsonElement leader) ? leader.GetString() : null,
            Limits = origin.Traits.Limits,
        });
    }

    private static ConsumerTraits TraitsOf(JsonElement root, JsonElement config)
    {
        string ack = config.TryGetProperty("ack_policy", out JsonElement policy) ? policy.GetString() ?? "" : "";
        return new ConsumerTraits
        {
            Limits = new PullLimits(
                (int)Number(config, "max_batch"), (int)Number(config, "max_bytes"), Number(config, "max_expires") / 100, ack == "none" ? 0 : (int)Number(config, "max_ack_pending")),
            DurableName = config.TryGetProperty("durable_name", out JsonElement durable) && durable.ValueKind == JsonValueKind.String && durable.GetString() is { Length: > 0 } name ? name : null,
            Pending = (ulong)Number(root, "num_pending"),
            IsExplicit = ack == "explicit",
            IsWithoutAck = ack == "none",
            MaxDeliver = (int)Number(config, "max_deliver"),
            AckWait = Number(config, "ack_wait") / 100,
            BackOff = config.TryGetProperty("backoff", out JsonElement steps) && steps.ValueKind == JsonValueKind.Array
                ? [.. steps.EnumerateArray().Select(static step => step.GetInt64() / 100)]
                : [],
        };
    }

    private static PullProbeKind KindOf(long code) => code switch
    {
        10014 => PullProbeKind.ConsumerDeleted,
        10059 => PullProbeKind.StreamDeleted,
        10008 or 10009 => PullProbeKind.NoLeader,
        _ => PullProbeKind.Unavailable,
    };

    private static long Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number) ? number : 0;
}
