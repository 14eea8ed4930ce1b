namespace Earshot.Cli.Fleet;

/// <summary>What <c>earshot fleet init</c> prints.</summary>
internal enum InitFormat
{
    /// <summary>The configuration of servers.</summary>
    Configuration,

    /// <summary>Commands of nsc, for accounts that are JWTs.</summary>
    Nsc,
}
