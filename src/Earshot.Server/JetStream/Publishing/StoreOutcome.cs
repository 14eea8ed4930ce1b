namespace Earshot.Server.JetStream;

/// <summary>What became of one published message.</summary>
/// <param name="Error">Why it was rejected; null: it was not.</param>
/// <param name="Sequence">Its sequence; that of the first one when it is a duplicate.</param>
/// <param name="IsDuplicate">Whether its id was known.</param>
/// <param name="Value">The new value of its counter; null: it is no counter.</param>
internal readonly record struct StoreOutcome(ApiError? Error, ulong Sequence = 0, bool IsDuplicate = false, string? Value = null);
