using System.Text;
using System.Text.Json;

namespace Earshot.Server.JetStream;

/// <summary>Answers the requests about streams.</summary>
internal static class StreamApi
{
    private const int MostNames = 1024;
    private const int MostInfos = 256;
    private const int MostSubjects = 100_000;

    public static byte[] Create(JetStreamAccount account, string name, ApiCall call)
    {
        if (Read(name, call, out ApiError? error) is not { } config)
        {
            return ApiAnswer.Error("stream_create", error!);
        }

        HostedStream? stream = account.Find(name);
        if (stream is not null && !IsSame(stream.State.Config, config))
        {
            return ApiAnswer.Error("stream_create", ApiError.StreamNameInUse);
        }

        if (account.HasOverlap(name, config.Subjects!))
        {
            return ApiAnswer.Error("stream_create", ApiError.SubjectsOverlap);
        }

        stream ??= account.Create(config);
        return ApiAnswer.Of("stream_create", json =>
        {
            StreamInfoJson.Write(json, account, stream.State, hasCluster: false);
            json.WriteBoolean("did_create", true);
        });
    }

    public static byte[] Update(JetStreamAccount account, string name, ApiCall call)
    {
        if (Read(name, call, out ApiError? error) is not { } config)
        {
            return ApiAnswer.Error("stream_update", error!);
        }

        HostedStream? stream = account.Find(name);
        error = stream is null ? ApiError.StreamNotFound
            : StreamRules.Change(stream.State.Config, config) ?? (account.HasOverlap(name, config.Subjects!) ? ApiError.SubjectsOverlap : null);
        if (error is not null)
        {
            return ApiAnswer.Error("stream_update", error);
        }

        account.Update(stream!, config);
        return ApiAnswer.Of("stream_update", json => StreamInfoJson.Write(json, account, stream!.State, hasCluster: false));
    }

    public static byte[] Info(JetStreamAccount account, string name, ApiCall call)
    {
        if (call.Read(JetStreamJson.Default.StreamRequest, out ApiError? error) is not { } asked)
        {
            return ApiAnswer.Error("stream_info", error!);
        }

        return account.Find(name) is { } stream
            ? ApiAnswer.Of("stream_info", json =>
            {
                int subjects = string.IsNullOrEmpty(asked.SubjectsFilter) ? 0 : StreamInfoJson.SubjectsOf(stream.State, asked.SubjectsFilter).Count;
                ApiAnswer.WritePage(json, subjects, subjects > 0 ? Math.Clamp(asked.Offset, 0, subjects) : 0, subjects > 0 ? MostSubjects : 0);
                StreamInfoJson.Write(json, account, stream.State, asked);
            })
            : ApiAnswer.ListError("stream_info", ApiError.StreamNotFound);
    }

    public static byte[] Delete(JetStreamAccount account, string name)
    {
        if (account.Find(name) is not { } stream)
        {
            return ApiAnswer.Error("stream_delete", ApiError.StreamNotFound);
        }

        account.Delete(stream);
        return ApiAnswer.Success("stream_delete");
    }

    public static byte[] Purge(JetStreamAccount account, string name, ApiCall call)
    {
        StreamRequest? asked = call.Read(JetStreamJson.Default.StreamRequest, out ApiError? error);
        HostedStream? stream = account.Find(name);
        error ??= stream is null ? ApiError.StreamNotFound
            : stream.State.Config.Sealed ? ApiError.Sealed
            : stream.State.Config.DenyPurge ? ApiError.PurgeNotPermitted
            : asked is { Seq: > 0, Keep: > 0 } ? ApiError.BadRequest : null;
        if (error is not null)
        {
            return ApiAnswer.Error("stream_purge", error, json => json.WriteNumber("purged", 0));
        }

        SubjectFilter filter = asked!.Filter is null or "" or ">" ? SubjectFilter.All : new SubjectFilter([asked.Filter]);
        ulong purged = stream!.State.Purge(filter, asked.Seq, asked.Keep);
        return ApiAnswer.Of("stream_purge", json =>
        {
            json.WriteBoolean("success", true);
            json.WriteNumber("purged", purged);
        });
    }

    public static byte[] Names(JetStreamAccount account, ApiCall call) =>
        Page(account, call, "stream_names", "streams", MostNames, (json, stream) => json.WriteStringValue(stream.State.Name));

    public static byte[] List(JetStreamAccount account, ApiCall call) => Page(account, call, "stream_list", "streams", MostInfos, (json, stream) =>
    {
        json.WriteStartObject();
        StreamInfoJson.Write(json, account, stream.State, isListed: true);
        json.WriteEndObject();
    });

    private static byte[] Page(JetStreamAccount account, ApiCall call, string type, string field, int limit, Action<Utf8JsonWriter, HostedStream> write)
    {
        if (call.Read(JetStreamJson.Default.StreamRequest, out ApiError? error) is not { } asked)
        {
            return ApiAnswer.ListError(type, error!, json =>
            {
                if (limit == MostNames)
                {
                    json.WriteNull(field);
                }
                else
                {
                    ApiAnswer.WriteEmptyList(json, field);
                }
            });
        }

        byte[]? subject = string.IsNullOrEmpty(asked.Subject) ? null : Encoding.UTF8.GetBytes(asked.Subject);
        HostedStream[] all = [.. account.Streams.Where(stream => subject is null || stream.State.Subjects.Patterns.Any(pattern => SubjectOverlap.Exists(pattern, subject)))];
        int offset = Math.Clamp(asked.Offset, 0, all.Length);
        return ApiAnswer.Of(type, json =>
        {
            ApiAnswer.WritePage(json, all.Length, offset, limit);
            if (all.Length == 0 && limit == MostNames)
            {
                json.WriteNull(field);
                return;
            }

            json.WriteStartArray(field);
            foreach (HostedStream stream in all.Skip(offset).Take(limit))
            {
                write(json, stream);
            }

            json.WriteEndArray();
        });
    }

    private static StreamConfig? Read(string name, ApiCall call, out ApiError? error)
    {
        StreamConfig? config = call.Read(JetStreamJson.Default.StreamConfig, out error);
        if (config is not null && config.Name != name)
        {
            error = ApiError.StreamNameMismatch;
            return null;
        }

        return config is null ? null : StreamRules.Complete(config, out error);
    }

    private static bool IsSame(StreamConfig present, StreamConfig asked) =>
        JsonSerializer.Serialize(present, JetStreamJson.Default.StreamConfig) == JsonSerializer.Serialize(asked, JetStreamJson.Default.StreamConfig);
}
