using Microsoft.Extensions.Logging;

namespace Earshot.Hosting.Lifetime;

/// <summary>The log messages of the host. The client itself logs what happens to the connection.</summary>
internal static partial class HostingLog
{
    [LoggerMessage(1, LogLevel.Information, "{Connection}: drained at shutdown in {Duration}, {Delivered} messages delivered, nothing left")]
    public static partial void Drained(ILogger logger, string connection, TimeSpan duration, long delivered);

    [LoggerMessage(2, LogLevel.Warning, "{Connection}: the drain at shutdown ended after {Duration} with a rest: {Delivered} messages delivered, {Unread} not read, {Unhandled} not handled, {Unflushed} publishes not confirmed")]
    public static partial void DrainedWithRest(ILogger logger, string connection, TimeSpan duration, long delivered, long unread, long unhandled, long unflushed);

    [LoggerMessage(3, LogLevel.Debug, "{Connection}: the connection attempt in the background ended")]
    public static partial void NotConnected(ILogger logger, Exception exception, string connection);

    [LoggerMessage(4, LogLevel.Warning, "{Subscriber} could not subscribe to {Subject}; it tries again in {Delay}")]
    public static partial void NotSubscribed(ILogger logger, Exception exception, string subscriber, string subject, TimeSpan delay);

    [LoggerMessage(5, LogLevel.Warning, "{Subscriber} stopped with {Running} handlers of {Subject} that did not end in time")]
    public static partial void HandlersLeft(ILogger logger, string subscriber, int running, string subject);

    [LoggerMessage(6, LogLevel.Information, "{Subscriber} is subscribed")]
    public static partial void Subscribed(ILogger logger, string subscriber);
}
