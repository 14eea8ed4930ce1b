namespace Earshot.Server.JetStream;

/// <summary>The level of the API, and whether it is the one that a message requires.</summary>
internal static class RequiredLevel
{
    /// <summary>The level that version 2.14 and later state.</summary>
    public const int Present = 4;

    public static bool IsMet(in PublishHeaders asked) =>
        !asked.HasValue(PublishHeader.ApiLevel) || (asked.TryGetNumber(PublishHeader.ApiLevel, out ulong level) && level <= Present);
}
