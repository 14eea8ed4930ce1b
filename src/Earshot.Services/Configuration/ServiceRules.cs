using System.Text.RegularExpressions;
using Earshot.Connections;

namespace Earshot.Services.Configuration;

/// <summary>Checks names and versions (ADR-32).</summary>
internal static partial class ServiceRules
{
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    public static void CheckName(string? name, string paramName)
    {
        ArgumentNullException.ThrowIfNull(name, paramName);
        if (!Name.IsMatch(name))
        {
            throw new ArgumentException($"'{name}' is not a name of a service or endpoint: only letters, digits, hyphens and underscores are allowed.", paramName);
        }
    }

    /// <exception cref="ArgumentException">The version is not valid.</exception>
    public static void CheckVersion(string? version, string paramName)
    {
        ArgumentNullException.ThrowIfNull(version, paramName);
        if (!Version.IsMatch(version))
        {
            throw new ArgumentException($"'{version}' is not a semantic version, such as 1.0.0 or 2.1.0-beta.1.", paramName);
        }
    }

    /// <exception cref="ArgumentException">The name is not valid.</exception>
    public static void CheckGroup(string? name, string paramName)
    {
        ArgumentNullException.ThrowIfNull(name, paramName);
        CheckSubject(name, paramName);
        if (name.Split('.').Any(token => token is "*" or ">"))
        {
            throw new ArgumentException($"The name of the group, '{name}', has a wildcard.", paramName);
        }
    }

    /// <summary>Only the rules that the subscription does not check before it writes.</summary>
    /// <exception cref="ArgumentException">The subject is not valid.</exception>
    public static void CheckSubject(string subject, string paramName)
    {
        if (subject.Length == 0 || subject.Any(char.IsWhiteSpace) || subject.Split('.').Any(token => token.Length == 0) || subject.Split('.').SkipLast(1).Contains(">"))
        {
            throw new ArgumentException($"'{subject}' is not a subject.", paramName);
        }
    }

    /// <exception cref="ArgumentException">The queue group is not valid.</exception>
    public static void CheckQueueGroup(string? queueGroup, string paramName)
    {
        if (queueGroup is not null && (queueGroup.Length == 0 || queueGroup.Any(char.IsWhiteSpace)))
        {
            throw new ArgumentException($"'{queueGroup}' is not a queue group: it is empty or has whitespace.", paramName);
        }
    }

    /// <exception cref="ArgumentOutOfRangeException">The duration is negative, or longer than a timer can wait.</exception>
    public static void CheckDrainTimeout(TimeSpan timeout)
    {
        if (timeout != Timeout.InfiniteTimeSpan && (timeout < TimeSpan.Zero || timeout > OptionTimes.Longest))
        {
            throw new ArgumentOutOfRangeException(
                nameof(NatsSvcConfig.DrainTimeout), timeout, $"NatsSvcConfig.{nameof(NatsSvcConfig.DrainTimeout)} must be zero or above and below 24 days, or Timeout.InfiniteTimeSpan.");
        }
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_-]+\z")]
    private static partial Regex Name { get; }

    // https://semver.org, version 2.0.0: no leading zeros, optional pre-release and build parts.
    [GeneratedRegex(@"\A(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-((0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)(\.(0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*))*))?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?\z", RegexOptions.ECMAScript)]
    private static partial Regex Version { get; }
}
