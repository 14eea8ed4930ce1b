using System.Text;
using System.Text.Json;
using Earshot.Server.Routing;

namespace Earshot.Server.JetStream;

/// <summary>What a configuration of a stream must be, and the defaults that a server sets.</summary>
internal static class StreamRules
{
    private const long DefaultWindow = 120_000_000_000;
    private const long LeastAge = 100_000_000;
    private const long LeastMarker = 1_000_000_000;

    /// <summary>Returns the configuration with the server's defaults; null when it is refused.</summary>
    public static StreamConfig? Complete(StreamConfig config, out ApiError? error)
    {
        error = Unsupported(config) ?? Words(config) ?? Features(config);
        if (error is not null)
        {
            return null;
        }

        long window = config.DuplicateWindow > 0 ? config.DuplicateWindow
            : config.MaxAge > 0 ? Math.Min(config.MaxAge, DefaultWindow) : DefaultWindow;
        bool needsRollup = config.SubjectDeleteMarkerTtl > 0 || config.AllowMsgSchedules;
        StreamConfig complete = config with
        {
            Subjects = config.Subjects is { Count: > 0 } ? config.Subjects : [config.Name],
            MaxConsumers = config.MaxConsumers == 0 ? -1 : config.MaxConsumers,
            MaxMsgs = config.MaxMsgs == 0 ? -1 : config.MaxMsgs,
            MaxBytes = config.MaxBytes == 0 ? -1 : config.MaxBytes,
            MaxMsgsPerSubject = config.MaxMsgsPerSubject == 0 ? -1 : config.MaxMsgsPerSubject,
            MaxMsgSize = config.MaxMsgSize == 0 ? -1 : config.MaxMsgSize,
            NumReplicas = config.NumReplicas == 0 ? 1 : config.NumReplicas,
            DuplicateWindow = window,
            AllowRollupHdrs = config.AllowRollupHdrs || needsRollup,
            AllowMsgTtl = config.AllowMsgTtl || config.SubjectDeleteMarkerTtl > 0,
            Pedantic = false,
            ConsumerLimits = config.ConsumerLimits ?? new ConsumerLimits(),
            Discard = config.Sealed ? "new" : config.Discard,
            DenyDelete = config.DenyDelete || config.Sealed,
            DenyPurge = (config.DenyPurge && !needsRollup) || config.Sealed,
            PersistMode = config.PersistMode == "async" ? "async" : null,
            MaxAge = config.Sealed ? 0 : config.MaxAge,
        };
        error = Values(complete);
        return error is null ? complete : null;
    }

    /// <summary>Returns why a stream cannot be changed to this configuration; null when it can.</summary>
    public static ApiError? Change(StreamConfig present, StreamConfig next) =>
        present.Storage != next.Storage ? ApiError.StreamConfig("stream configuration update can not change storage type")
        : present.Retention != next.Retention && (present.IsWorkQueue || next.IsWorkQueue) ? ApiError.StreamConfig("stream configuration update can not change retention policy to/from workqueue")
        : present.Sealed && !next.Sealed ? ApiError.StreamConfig("stream configuration update can not unseal a sealed stream")
        : present.DenyDelete && !next.DenyDelete ? ApiError.StreamConfig("stream configuration update can not cancel deny message deletes")
        : present.DenyPurge && !next.DenyPurge ? ApiError.StreamConfig("stream configuration update can not cancel deny purge")
        : present.AllowMsgCounter != next.AllowMsgCounter ? ApiError.StreamConfig("stream configuration update can not change message counter setting")
        : present.AllowMsgSchedules && !next.AllowMsgSchedules ? ApiError.StreamConfig("message schedules can not be disabled")
        : present.PersistMode != next.PersistMode ? ApiError.StreamConfig("stream configuration update can not change persist mode")
        : present.AllowMsgTtl && !next.AllowMsgTtl ? ApiError.StreamConfig("message TTL status can not be disabled")
        : null;

    private static ApiError? Unsupported(StreamConfig config)
    {
        (bool IsUsed, string Name)[] features =
        [
            (config.Mirror is not null, "mirrors"),
            (config.Sources is { ValueKind: JsonValueKind.Array } sources && sources.GetArrayLength() > 0, "sources"),
            (config.SubjectTransform is not null, "subject transforms"),
            (config.Republish is not null, "republished messages"),
            (config.TemplateOwner is { Length: > 0 }, "templates"),
        ];
        return features.FirstOrDefault(feature => feature.IsUsed) is { Name: { } name } ? ApiError.NotInProcess(name) : null;
    }

    private static ApiError? Words(StreamConfig config) =>
        config.Retention is not ("limits" or "interest" or "workqueue") ? ApiError.UnknownWord(config.Retention)
        : config.Discard is not ("old" or "new") ? ApiError.UnknownWord(config.Discard)
        : config.Storage is not ("file" or "memory") ? ApiError.UnknownWord(config.Storage)
        : config.Compression is not ("none" or "s2" or "") ? ApiError.UnknownWord(config.Compression)
        : config.PersistMode is not (null or "" or "default" or "async") ? ApiError.UnknownWord(config.PersistMode)
        : null;

    // What counters, schedules and atomic batches exclude.
    private static ApiError? Features(StreamConfig config) =>
        config.AllowAtomic && config.PersistMode == "async" ? ApiError.StreamConfig("async persist mode is not supported with atomic batch publish")
        : config.AllowMsgCounter && config.DiscardsNew ? ApiError.StreamConfig("counter stream cannot use discard new")
        : config.AllowMsgCounter && config.Retention != "limits" ? ApiError.StreamConfig("counter stream can only use limits retention")
        : config.AllowMsgCounter && config.AllowMsgTtl ? ApiError.StreamConfig("counter stream cannot use message TTLs")
        : config.AllowMsgCounter && config.AllowMsgSchedules ? ApiError.StreamConfig("counter stream cannot use message schedules")
        : config.AllowMsgSchedules && config.DiscardsNew ? ApiError.StreamConfig("message scheduling cannot use discard new")
        : null;

    private static ApiError? Values(StreamConfig config)
    {
        if (config.NumReplicas > 1)
        {
            return new ApiError(500, 10074, "replicas > 1 not supported in non-clustered mode");
        }

        if (config.MaxAge is < 0 or (> 0 and < LeastAge))
        {
            return ApiError.StreamConfig("max age needs to be >= 100ms");
        }

        if (config.MaxAge > 0 && config.DuplicateWindow > config.MaxAge)
        {
            return ApiError.StreamConfig("duplicates window can not be larger then max age");
        }

        if (config.AllowRollupHdrs && config.DenyPurge && !config.Sealed)
        {
            return ApiError.StreamConfig("roll-ups require the purge permission");
        }

        if (config.DiscardNewPerSubject && !config.DiscardsNew)
        {
            return ApiError.StreamConfig("discard new per subject requires discard new policy to be set");
        }

        if (config.DiscardNewPerSubject && config.MaxMsgsPerSubject <= 0)
        {
            return ApiError.StreamConfig("discard new per subject requires max msgs per subject > 0");
        }

        if (config.SubjectDeleteMarkerTtl is < 0 or (> 0 and < LeastMarker))
        {
            return ApiError.StreamConfig("subject delete marker TTL must be at least 1 second");
        }

        if (config.AllowRollupHdrs && config.DenyPurge && !config.Sealed)
        {
            return ApiError.StreamConfig("roll-ups require the purge permission");
        }

        return Subjects(config.Subjects!);
    }

    private static ApiError? Subjects(IReadOnlyList<string> subjects)
    {
        byte[][] all = [.. subjects.Select(static subject => Encoding.UTF8.GetBytes(subject ?? ""))]; // JSON may have null in a list
        for (int i = 0; i < all.Length; i++)
        {
            if (!SubjectForm.IsValidSubscription(all[i]) || all[i].AsSpan().ContainsAny(" \t\r\n"u8))
            {
                return ApiError.StreamConfig("invalid subject");
            }

            if (SubjectOverlap.Exists(all[i], "$JS.>"u8) || SubjectOverlap.Exists(all[i], "$JSC.>"u8))
            {
                return ApiError.StreamConfig("subjects that overlap with jetstream api require no-ack to be true");
            }

            for (int k = 0; k < i; k++)
            {
                if (SubjectOverlap.Exists(all[k], all[i]))
                {
                    return ApiError.StreamConfig($"subject \"{subjects[k]}\" overlaps with \"{subjects[i]}\"");
                }
            }
        }

        return null;
    }
}
