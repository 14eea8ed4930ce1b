using Microsoft.Extensions.Logging;

namespace Earshot.Fleet.Collecting;

/// <summary>What a collector logs.</summary>
internal static partial class CollectorLog
{
    [LoggerMessage(1, LogLevel.Information, "The fleet collector receives the events of servers from {Subjects} and stores them in {Stream}.")]
    internal static partial void Started(ILogger logger, string subjects, string stream);

    [LoggerMessage(2, LogLevel.Information, "The fleet collector has ended; {Held} records are not stored.")]
    internal static partial void Ended(ILogger logger, int held);

    [LoggerMessage(3, LogLevel.Warning, "The fleet collector cannot store records and holds them: {Error}. The stream is created by 'earshot fleet init --create'. This is logged once a minute.")]
    internal static partial void NotStored(ILogger logger, string error);

    [LoggerMessage(4, LogLevel.Information, "The fleet collector stores records again.")]
    internal static partial void StoredAgain(ILogger logger);

    [LoggerMessage(5, LogLevel.Error, "The stream can never take a record of {Subject}, which is dropped: {Error}.")]
    internal static partial void Refused(ILogger logger, string subject, string error);

    [LoggerMessage(6, LogLevel.Warning, "Server {Server} ({Id}) does not answer since {At:O}.")]
    internal static partial void Silent(ILogger logger, string? server, string id, DateTimeOffset at);

    [LoggerMessage(7, LogLevel.Information, "Server {Server} ({Id}) answers again.")]
    internal static partial void Back(ILogger logger, string? server, string id);

    [LoggerMessage(8, LogLevel.Information, "The fleet collector may have missed events since {From:O}; {Count} closed connections are filled in from the lists of the servers.")]
    internal static partial void Filled(ILogger logger, DateTimeOffset from, int count);

    [LoggerMessage(9, LogLevel.Warning, "The fleet collector cannot read what it may have missed since {From:O}, and tries again: {Error}.")]
    internal static partial void NotFilled(ILogger logger, DateTimeOffset from, string error);

    [LoggerMessage(10, LogLevel.Error, "The fleet collector has stopped: {Error}.")]
    internal static partial void Failed(ILogger logger, string error, Exception exception);

    [LoggerMessage(11, LogLevel.Warning, "The fleet collector cannot read what a server has sent, and ignores it: {Error}.")]
    internal static partial void NotRead(ILogger logger, string error, Exception exception);
}
