using Microsoft.Extensions.Logging;

namespace Earshot.Fleet.Shipping;

/// <summary>The log messages of a spool.</summary>
internal static partial class SpoolLog
{
    [LoggerMessage(5, LogLevel.Warning, "the spool directory of journals cannot be used; unshipped events are kept in memory alone until it can. Make {Directory} writable for this process, with space for its files. This is logged once per hour")]
    public static partial void Failed(ILogger logger, Exception exception, string directory);
}
