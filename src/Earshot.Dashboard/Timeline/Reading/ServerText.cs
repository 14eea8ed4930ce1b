namespace Earshot.Dashboard.Timeline;

/// <summary>The name of a server where there is little room.</summary>
internal static class ServerText
{
    /// <summary>Returns the name of the server or, while it is not known, host and port.</summary>
    internal static string? Of(NatsServer? server) => server switch
    {
        null => null,
        { Name: { Length: > 0 } name } => name,
        { Url.IsAbsoluteUri: true } => server.Url.Authority,
        _ => server.Url.OriginalString,
    };
}
