using System.Globalization;
using Earshot.JetStream;

namespace Earshot.KeyValueStore;

/// <summary>The exception that is thrown when the last revision of a key is not the expected one. The write had no effect.</summary>
public class NatsKVWrongLastRevisionException : NatsKVException, INatsDelivery
{
    private const string Text = "wrong last sequence: ";

    /// <summary>Initializes an exception with the error of the server.</summary>
    /// <param name="error">The error of the server.</param>
    public NatsKVWrongLastRevisionException(ApiError error)
        : base($"The last revision of the key is not the expected one: {error?.Description}.") => Error = error ?? throw new ArgumentNullException(nameof(error));

    private protected NatsKVWrongLastRevisionException(string message, ApiError error, Exception? cause)
        : base(message, cause!) => Error = error;

    /// <summary>The error with which the server responded.</summary>
    public ApiError Error { get; }

    /// <summary>
    /// The last revision of the key when the server rejected the write, as stated in its text; null when it is not stated. It may have changed
    /// since: read the key before the next attempt.
    /// </summary>
    public ulong? LastRevision =>
        Error.Description is { } text && text.StartsWith(Text, StringComparison.Ordinal) && ulong.TryParse(text.AsSpan(Text.Length), NumberStyles.None, CultureInfo.InvariantCulture, out ulong last)
            ? last : null;

    /// <summary>The outcome of the operation: always <see cref="NatsOutcome.Rejected"/>.</summary>
    public NatsOutcome Outcome => NatsOutcome.Rejected;
}
