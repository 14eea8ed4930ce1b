namespace Earshot.Server.JetStream;

/// <summary>Answers the request for the account's numbers.</summary>
internal static class AccountApi
{
    public static byte[] Info(JetStreamAccount account) => ApiAnswer.Of("account_info", json =>
    {
        HostedStream[] streams = [.. account.Streams];
        json.WriteNumber("memory", streams.Where(stream => !stream.State.Config.IsFile).Sum(stream => stream.State.Messages.Bytes));
        json.WriteNumber("storage", streams.Where(stream => stream.State.Config.IsFile).Sum(stream => stream.State.Messages.Bytes));
        json.WriteNumber("reserved_memory", 0);
        json.WriteNumber("reserved_storage", 0);
        json.WriteNumber("streams", streams.Length);
        json.WriteNumber("consumers", streams.Sum(stream => stream.Consumers.Count));
        json.WriteStartObject("limits");
        foreach (string limit in (string[])["max_memory", "max_storage", "max_streams", "max_consumers", "max_ack_pending", "memory_max_stream_bytes", "storage_max_stream_bytes"])
        {
            json.WriteNumber(limit, -1);
        }

        json.WriteBoolean("max_bytes_required", false);
        json.WriteEndObject();
        json.WriteStartObject("api");
        json.WriteNumber("level", RequiredLevel.Present);
        json.WriteNumber("total", 0);
        json.WriteNumber("errors", 0);
        json.WriteEndObject();
    });
}
