using System.Globalization;
using System.Text;
using Earshot.Server.JetStream;
using Earshot.Simulation.Checks;
using Earshot.Simulation.Scheduling;

namespace Earshot.Simulation.Streams.Store;

/// <summary>The entries of the bucket, as its server stores them, and the increments of its counter.</summary>
internal sealed class BucketLedger(Findings findings, RunLog log) : IStreamObserver
{
    public const string Counter = "counter";

    private readonly Dictionary<ulong, string> _values = [];
    private readonly SortedDictionary<string, ulong> _last = new(StringComparer.Ordinal);
    private int _increments;
    private int _unknown;

    /// <summary>The last revision of each key.</summary>
    public IReadOnlyDictionary<string, ulong> Last => _last;

    /// <inheritdoc/>
    public void Stored(StoredMessage message)
    {
        string key = Encoding.UTF8.GetString(message.Subject)[$"$KV.{StreamPlan.Bucket}.".Length..];
        string value = Encoding.UTF8.GetString(message.Payload);
        log.Add("bucket", $"stores {key} as {message.Sequence}: {value}");
        _values[message.Sequence] = value;
        _last[key] = message.Sequence;
    }

    /// <inheritdoc/>
    public void Removed(StoredMessage message)
    {
        // By a newer entry of its key.
    }

    /// <summary>The value of the counter with the number of its writer, so that no two writes are equal.</summary>
    public static string Value(long count, string writer, int call) => string.Create(CultureInfo.InvariantCulture, $"{count} {writer} {call}");

    public static long CountOf(string? value) => value is null ? 0 : long.Parse(value.Split(' ')[0], CultureInfo.InvariantCulture);

    /// <summary>A write succeeded with a revision, which must be its own.</summary>
    public void Wrote(string writer, string value, ulong revision)
    {
        if (_values.GetValueOrDefault(revision) != value)
        {
            findings.Report("revision-true", $"{writer} wrote '{value}' with the revision {revision}, which is '{_values.GetValueOrDefault(revision)}'");
        }
    }

    public void Incremented() => _increments++;

    /// <summary>An increment failed, and the server may have stored it.</summary>
    public void IsUnknown() => _unknown++;

    /// <summary>Nothing is in flight any more.</summary>
    public void CheckCounter()
    {
        long count = _last.TryGetValue(Counter, out ulong revision) ? CountOf(_values[revision]) : 0;
        if (count < _increments || count > _increments + _unknown)
        {
            findings.Report("counter-true", $"the counter is {count} after {_increments} increments and {_unknown} with an unknown outcome");
        }
    }
}
