using Microsoft.Extensions.Logging;

namespace Earshot.Dashboard.Access;

/// <summary>What is logged about access to the page.</summary>
internal static partial class AccessLog
{
    [LoggerMessage(1, LogLevel.Information, "NATS dashboard, for this machine only: {Link}")]
    internal static partial void Link(ILogger logger, string link);

    [LoggerMessage(2, LogLevel.Warning, "The NATS dashboard at {Path} is answered with 404: it has no authorization, and the environment is not Development. Add MapNatsDashboard(...).RequireAuthorization(policy).")]
    internal static partial void NotProtected(ILogger logger, string path);

    [LoggerMessage(3, LogLevel.Warning, "The NATS dashboard at {Path} answers only browsers on this machine, by a loopback address and without a proxy. For others add MapNatsDashboard(...).RequireAuthorization(policy). This is logged once.")]
    internal static partial void NotLocal(ILogger logger, string path);
}
