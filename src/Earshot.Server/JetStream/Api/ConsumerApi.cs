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
        error ??= Mismatch(asked!, stream, name, call, filter);
        HostedStream? found = account.Find(stream);
        error ??= found is null ? ApiError.StreamNotFound : null;
        if (error is not null)
        {
            return ApiAnswer.Error("consumer_create", error);
        }

        name ??= asked!.Config.Name ?? asked.Config.DurableName ?? Nuid.NewNuid()[..8];
        if (ConsumerRules.Complete(asked!, name, found!.State.Config, out error) is not { } config)
        {
            return ApiAnswer.Error("consumer_create", error!);
        }

        ConsumerState? consumer = found.Consumers.GetValueOrDefault(name);
        error = consumer is null ? Obstacle(found, config, asked!.Action) : Conflict(account, found, consumer, config, asked!.Action);
        if (error is not null)
        {
            return ApiAnswer.Error("consumer_create", error);
        }

        config = ConsumerDefaults.SetInactivity(config, (consumer?.Config ?? config).IsDurable);
        if (consumer is null)
        {
            consumer = account.Create(found, config);
        }
        else
        {
            account.Update(consumer, config);
        }

        // The answer says what was there before the first delivery, which may precede it.
        byte[] answer = ApiAnswer.Of("consumer_create", json => ConsumerInfoJson.Write(json, account, consumer));
        consumer.Pump();
        return answer;
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

        account.Delete(account.Find(stream)!, consumer);
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
            return ApiAnswer.Error("consumer_pause", error!, static json =>
            {
                json.WriteBoolean("paused", false);
                json.WriteString("pause_until", GoTime.None);
            });
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

    private static ApiError? Mismatch(CreateConsumerRequest asked, string stream, string? name, string[]? filter) =>
        asked.Action is not ("" or "create" or "update") ? ApiError.InvalidJson($"unknown consumer action: \"{asked.Action}\"")
        : asked.StreamName != stream ? ApiError.StreamNameMismatch
        : filter is { Length: > 0 } && asked.Config.FilterSubject != string.Join('.', filter)
            ? new ApiError(400, 10131, "Consumer create request did not match filtered subject from create subject")
        : name is not null && asked.Config.IsDurable && asked.Config.DurableName != name
            ? new ApiError(400, 10017, "consumer name in subject does not match durable name in request")
        : null;

    private static ConsumerState? Find(JetStreamAccount account, string stream, string name, out ApiError? error)
    {
        ConsumerState? consumer = account.Find(stream, name);
        error = account.Find(stream) is null ? ApiError.StreamNotFound : consumer is null ? ApiError.ConsumerNotFound : null;
        return consumer;
    }

    private static ApiError? Mismatch(CreateConsumerRequest asked, string stream, string? name, ApiCall call, string[]? filter)
    {
        string durable = asked.Config.DurableName ?? "";
        return asked.Action is not ("" or "create" or "update") ? ApiError.InvalidJson($"unknown consumer action: \"{asked.Action}\"")
            : asked.StreamName != stream ? ApiError.StreamNameMismatch
            : name is null && durable.Length > 0 ? ConsumerErrors.NotEphemeral
            : call.Words[1] == "DURABLE" && durable.Length == 0 ? ConsumerErrors.DurableMissing
            : name is not null && durable.Length > 0 && durable != name ? ConsumerErrors.NameMismatch
            : filter is { Length: > 0 } && asked.Config.FilterSubject != string.Join('.', filter)
                ? new ApiError(400, 10131, "Consumer create request did not match filtered subject from create subject")
            : null;
    }

    // Why a consumer cannot be created.
    private static ApiError? Obstacle(HostedStream stream, ConsumerConfig config, string action)
    {
        StreamConfig limits = stream.State.Config;
        return action == "update" ? ApiError.ConsumerDoesNotExist
            : limits.MaxConsumers > 0 && stream.Consumers.Count >= limits.MaxConsumers ? ApiError.MaximumConsumers
            : limits.IsWorkQueue ? ConsumerChanges.WorkQueue(config, stream.Consumers.Values.Select(static other => other.Config))
            : null;
    }

    // Why a consumer cannot be changed.
    private static ApiError? Conflict(JetStreamAccount account, HostedStream stream, ConsumerState consumer, ConsumerConfig config, string action)
    {
        bool isSame = ConsumerChanges.IsSame(consumer.Config, config);
        IEnumerable<ConsumerConfig> others = stream.Consumers.Values.Where(other => other != consumer).Select(static other => other.Config);
        return !isSame && action == "create" ? ApiError.ConsumerExists
            : stream.State.Config.IsWorkQueue && ConsumerChanges.Overlaps(config, others) ? ConsumerErrors.WorkQueueFilterInUse
            : isSame ? null
            : ConsumerChanges.Update(consumer.Config, config, consumer.Push is { } push && account.Output.HasInterest(push.Subject));
    }

    private static byte[] Page(JetStreamAccount account, string stream, ApiCall call, string type, int limit, Action<Utf8JsonWriter, ConsumerState> write)
    {
        StreamRequest? asked = call.Read(JetStreamJson.Default.StreamRequest, out ApiError? error);
        if (error is not null || account.Find(stream) is not { } found)
        {
            return ApiAnswer.ListError(type, error ?? ApiError.StreamNotFound, static json => ApiAnswer.WriteEmptyList(json, "consumers"));
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
