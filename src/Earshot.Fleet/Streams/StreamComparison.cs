using System.Globalization;
using Earshot.JetStream;

namespace Earshot.Fleet.Streams;

/// <summary>Compares the settings of a stream that a fleet depends on. Others, such as its placement or a description, are the operator's.</summary>
internal static class StreamComparison
{
    public static IReadOnlyList<FleetStreamDifference> Of(StreamConfig wanted, StreamConfig actual)
    {
        List<FleetStreamDifference> all =
        [
            new("subjects", Text(wanted.Subjects), Text(actual.Subjects)),
            new("storage", Word(wanted.Storage), Word(actual.Storage)),
            new("compression", Word(wanted.Compression), Word(actual.Compression)),
            new("retention", Word(wanted.Retention), Word(actual.Retention)),
            new("discard", Word(wanted.Discard), Word(actual.Discard)),
            new("num_replicas", Text(wanted.NumReplicas), Text(actual.NumReplicas)),
            new("duplicate_window", Text(wanted.DuplicateWindow), Text(actual.DuplicateWindow)),
            new("max_age", Text(wanted.MaxAge), Text(actual.MaxAge)),
            new("max_bytes", Text(wanted.MaxBytes), Text(actual.MaxBytes)),
            new("max_msgs", "no limit", Limit(actual.MaxMsgs)),
            new("max_msgs_per_subject", "no limit", Limit(actual.MaxMsgsPerSubject)),
            new("max_msg_size", "no limit", Limit(actual.MaxMsgSize)),
            new("allow_direct", Word(wanted.AllowDirect), Word(actual.AllowDirect)),
            new("deny_delete", Word(wanted.DenyDelete), Word(actual.DenyDelete)),
            new("no_ack", Word(wanted.NoAck), Word(actual.NoAck)),
            new("sealed", Word(wanted.Sealed), Word(actual.Sealed)),
            new("republish", Text(wanted.Republish), Text(actual.Republish)),
        ];
        return [.. all.Where(setting => setting.Expected != setting.Actual)];
    }

    private static string Text(ICollection<string>? subjects) => subjects is null ? "none" : string.Join(", ", subjects.Order(StringComparer.Ordinal));

    private static string Text(Republish? republish) => republish switch
    {
        null => "none",
        { HeadersOnly: true } => $"{republish.Src} to {republish.Dest}, headers only",
        _ => $"{republish.Src} to {republish.Dest}",
    };

    private static string Text(TimeSpan time) => time == TimeSpan.Zero ? "no limit" : time.ToString("c", CultureInfo.InvariantCulture);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Limit(long number) => number <= 0 ? "no limit" : Text(number);

    private static string Word(object value) => value.ToString()!.ToLowerInvariant();
}
