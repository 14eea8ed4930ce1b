using System.Globalization;

namespace Earshot.JetStream.Requests;

/// <summary>
/// Finds servers that ignore or do not answer a request because they are older than its feature. A server reports its API level, which is
/// requested only when the connected server is old: the stream may still be on a newer one, behind a leaf node.
/// </summary>
internal static class ApiLevels
{
    private static readonly Version s_levels = new(2, 11); // the first version with API levels

    private static readonly Version s_actions = new(2, 10); // the first version that distinguishes the creation of a consumer from its update

    /// <summary>Whether the connected server is older than all API levels; false when its version is not known.</summary>
    public static bool MayBeMissing(ContextParts parts) => IsBelow(parts, s_levels);

    /// <summary>Whether the connected server ignores whether a consumer is to be created or updated.</summary>
    public static bool IgnoresActions(ContextParts parts) => IsBelow(parts, s_actions);

    /// <summary>Requests the API level and compares it.</summary>
    /// <param name="parts">The objects of the context.</param>
    /// <param name="feature">The feature, for people.</param>
    /// <param name="field">The field or header of the request.</param>
    /// <param name="level">The API level that has the feature.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="NatsJSFeatureNotSupportedException">The server has a lower level.</exception>
    public static async ValueTask RequireAsync(ContextParts parts, string feature, string field, int level, CancellationToken cancellationToken)
    {
        AccountInfoResponse account = await new StreamCalls(parts).AccountAsync(cancellationToken).ConfigureAwait(false);
        if (account.Api.Level < level)
        {
            throw new NatsJSFeatureNotSupportedException(feature, field, level, account.Api.Level);
        }
    }

    private static bool IsBelow(ContextParts parts, Version version)
    {
        string[]? numbers = parts.Connection.ServerInfo?.Version.Split('.', '-');
        return numbers is [var major, var minor, ..]
            && int.TryParse(major, NumberStyles.None, CultureInfo.InvariantCulture, out int first)
            && int.TryParse(minor, NumberStyles.None, CultureInfo.InvariantCulture, out int second)
            && new Version(first, second) < version;
    }
}
