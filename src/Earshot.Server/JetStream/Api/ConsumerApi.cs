using System.Text.Json;

namespace Earshot.Server.JetStream;

/// <summary>Answers the requests about consumers.</summary>
internal static class ConsumerApi
{
    private const int MostNames = 1024;
    private const int MostInfos = 256;

    public static byte[] Create(JetStreamAccount account, string stream, string? name, ApiCall call, string[]? filter = null)
    {
        CreateConsumerRequest? asked = JetStreamJson.Read(call.Body, ConsumerJson.Default.CreateConsumerRequest, out ApiError? error);
        if (asked is not null && asked.StreamName != stream)
        {
            error = ApiError.StreamNameMismatch;
        }
        else if (asked is not null && filter is { Length: > 0 } && asked.Config.FilterSubject != string.Join('.', filter))
        {
            error = new ApiError(400, 10131, "Consumer create request did not match filtered subject from create subject");
        }

        HostedStream? found = account.Find(stream);
        error ??= found is null ? ApiError.StreamNotFound : null;
        if (error is not null)
        {
            return ApiAnswer.Error("consumer_create", error);
        }

        name ??= asked!.Config.Name ?? asked.Config.DurableName ?? Nuid.NewNuid()[..8];
        if (ConsumerRules.Complete(asked!.Config, name, found!.State.Config, out error) is not { } config)
        {
            return ApiAnswer.Error("consumer_create", error!);
        }

        ConsumerState? consumer = found.Consumers.GetValueOrDefault(name);
        error = Conflict(found, consumer, config, asked.Action);
        if (error is not null)
        {
            return ApiAnswer.Error("consumer_create", error);
        }

        if (consumer is null)
        {
            consumer = account.Create(found, config);
        }
        else
        {
            consumer.Update(config);
        }

        return ApiAnswer.Of("consumer_create", json => ConsumerInfoJson.Write(json, account, consumer));
    }

    public static byte[] Info(JetStreamAccount account, string stream, string name) =>
        Find(account, stream, name, out ApiError? error) is { } consumer
            ? ApiAnswer.Of("consumer_info", json => ConsumerInfoJson.Write(json, account, consumer))
            : ApiAnswer.Error("consumer_info", error!);

    public static byte[] Delete(JetStreamAccount account, string stream, string name)
    {
        if (Find(account, stream, name, out ApiError? error) is not { } consumer)
        {
            return ApiAnswer.Error("consumer_delete", error!);
        }

        JetStreamAccount.Delete(account.Find(stream)!, consumer);
        return ApiAnswer.Success("consumer_delete");
    }

    public static byte[] Names(JetStreamAccount account, string stream, ApiCall call) =>
        Page(account, stream, call, "consumer_names", MostNames, (json, consumer) => json.WriteStringValue(consumer.Name));

    public static byte[] List(JetStreamAccount account, string stream, ApiCall call) => Page(account, stream, call, "consumer_list", MostInfos, (json, consumer) =>
    {
        json.WriteStartObject();
        ConsumerInfoJson.Write(json, account, consumer, isListed: true);
        json.WriteEndObject();
    });

    public static byte[] Pause(JetStreamAccount account, string stream, string name, ApiCall call)
    {
        StreamRequest? asked = call.Read(JetStreamJson.Default.StreamRequest, out ApiError? error);
        ConsumerState? consumer = error is null ? Find(account, stream, name, out error) : null;
        if (consumer is null)
        {
            return ApiAnswer.Error("consumer_pause", error!);
        }

        consumer.Update(consumer.Config with { PauseUntil = asked!.PauseUntil });
        consumer.Pump();
        return ApiAnswer.Of("consumer_pause", json =>
        {
            json.WriteBoolean("paused", consumer.PausedUntil is not null);
            json.WriteString("pause_until", asked.PauseUntil ?? GoTime.None);
            if (consumer.PausedUntil is { } until)
            {
                json.WriteNumber("pause_remaining", (until - account.Now).Ticks * 100);
            }
        });
    }

    /// <summary>A missing consumer is not answered at all, as with a real server.</summary>
    public static byte[]? Reset(JetStreamAccount account, string stream, string name, ApiCall call)
    {
        StreamRequest? asked = call.Read(JetStreamJson.Default.StreamRequest, out ApiError? error);
        if (error is not null)
        {
            return ApiAnswer.Error("consumer_reset", error);
        }

        if (account.Find(stream, name) is not { } consumer)
        {
            return null;
        }

        ulong sequence = asked!.Seq > 0 ? asked.Seq : consumer.Position.FloorStream + 1;
        consumer.Reset(sequence);
        return ApiAnswer.Of("consumer_reset", json =>
        {
            ConsumerInfoJson.Write(json, account, consumer);
            json.WriteNumber("reset_seq", sequence);
        });
    }

    private static ConsumerState? Find(JetStreamAccount account, string stream, string name, out ApiError? error)
    {
        ConsumerState? consumer = account.Find(stream, name);
        error = account.Find(stream) is null ? ApiError.StreamNotFound : consumer is null ? ApiError.ConsumerNotFound : null;
        return consumer;
    }

    private static ApiError? Conflict(HostedStream stream, ConsumerState? present, ConsumerConfig config, string action)
    {
        if (present is not null)
        {
            bool isSame = JsonSerializer.Serialize(present.Config, ConsumerJson.Default.ConsumerConfig) == JsonSerializer.Serialize(config, ConsumerJson.Default.ConsumerConfig);
            return isSame ? null
                : action == "create" ? ApiError.ConsumerExists
                : present.Config.DeliverPolicy != config.DeliverPolicy ? ApiError.ConsumerCreate("deliver policy can not be updated")
                : present.Config.AckPolicy != config.AckPolicy ? ApiError.ConsumerCreate("ack policy can not be updated")
                : present.Config.OptStartSeq != config.OptStartSeq ? ApiError.ConsumerCreate("start sequence can not be updated")
                : null;
        }

        if (action == "update")
        {
            return ApiError.ConsumerDoesNotExist;
        }

        int limit = stream.State.Config.MaxConsumers;
        return limit > 0 && stream.Consumers.Count >= limit ? ApiError.MaximumConsumers
            : stream.State.Config.IsWorkQueue ? WorkQueueConflict(stream, config) : null;
    }

    private static ApiError? WorkQueueConflict(HostedStream stream, ConsumerConfig config)
    {
        List<string> ours = [.. config.Filters];
        bool isPlain = ours.Count == 0;
        foreach (ConsumerState other in stream.Consumers.Values)
        {
            List<string> theirs = [.. other.Config.Filters];
            if (isPlain || theirs.Count == 0)
            {
                return new ApiError(400, 10099, "multiple non-filtered consumers not allowed on workqueue stream");
            }

            if (theirs.Any(their => ours.Any(own => SubjectOverlap.Exists(MessageApi.Bytes(their), MessageApi.Bytes(own)))))
            {
                return new ApiError(400, 10100, "filtered consumer not unique on workqueue stream");
            }
        }

        return null;
    }

    private static byte[] Page(JetStreamAccount account, string stream, ApiCall call, string type, int limit, Action<Utf8JsonWriter, ConsumerState> write)
    {
        StreamRequest? asked = call.Read(JetStreamJson.Default.StreamRequest, out ApiError? error);
        if (error is not null || account.Find(stream) is not { } found)
        {
            return ApiAnswer.ListError(type, error ?? ApiError.StreamNotFound);
        }

        ConsumerState[] all = [.. found.Consumers.Values.OrderBy(consumer => consumer.Name, StringComparer.Ordinal)];
        int offset = Math.Clamp(asked!.Offset, 0, all.Length);
        return ApiAnswer.Of(type, json =>
        {
            ApiAnswer.WritePage(json, all.Length, offset, limit);
            json.WriteStartArray("consumers");
            foreach (ConsumerState consumer in all.Skip(offset).Take(limit))
            {
                write(json, consumer);
            }

            json.WriteEndArray();
        });
    }
}
