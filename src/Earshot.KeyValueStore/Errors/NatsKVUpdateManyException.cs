using Earshot.JetStream;

namespace Earshot.KeyValueStore;

/// <summary>
/// The exception that is thrown when an update of several keys is rejected because a key does not have the expected last revision. Nothing
/// was written. The server does not name the key: the client reads the last revisions from the leader after the rejection.
/// </summary>
public class NatsKVUpdateManyException : NatsKVWrongLastRevisionException
{
    private const int MostNamed = 3;

    /// <summary>Initializes an exception with the error of the server and the keys that caused it.</summary>
    /// <param name="error">The error of the server.</param>
    /// <param name="conflicts">The keys with another last revision; empty when they could not be determined.</param>
    /// <param name="cause">The exception because of which the keys could not be determined; null when there is none.</param>
    public NatsKVUpdateManyException(ApiError error, IReadOnlyList<NatsKVConflict> conflicts, Exception? cause = null)
        : base(Describe(error, conflicts, cause), error, cause) => Conflicts = conflicts;

    /// <summary>
    /// The keys that had another last revision when they were read after the rejection. Empty when they could not be determined: they could not
    /// be read, or all of them had the expected revisions by then.
    /// </summary>
    public IReadOnlyList<NatsKVConflict> Conflicts { get; }

    internal NatsKVUpdateManyException WithKeys(Func<string, string> nameOf) => new(Error, [.. Conflicts.Select(conflict => conflict with { Key = nameOf(conflict.Key) })], InnerException);

    private static string Describe(ApiError error, IReadOnlyList<NatsKVConflict> conflicts, Exception? cause)
    {
        ArgumentNullException.ThrowIfNull(error);
        ArgumentNullException.ThrowIfNull(conflicts);
        if (conflicts.Count == 0)
        {
            return $"Nothing was written: the last revision of a key is not the expected one ({error.Description}). Which key it is could not be determined: "
                + (cause is null ? "all keys had the expected revisions when they were read afterwards." : $"the keys could not be read: {cause.Message}");
        }

        string named = string.Join("; ", conflicts.Take(MostNamed).Select(conflict => conflict.Describe()));
        return $"Nothing was written: {named}{(conflicts.Count > MostNamed ? $"; and {conflicts.Count - MostNamed} more" : "")}.";
    }
}
