using Earshot.Connections;
using Earshot.Outbound;
using Earshot.Sessions;

namespace Earshot.Client.Tests.Outbound;

/// <summary>The internal options that follow from <see cref="NatsOpts"/> without changes; a test changes what it is about.</summary>
internal static class DefaultOptions
{
    private static readonly NatsOpts s_opts = new();

    public static OutboundOptions Outbound => ConnectionPlan.For(s_opts).Outbound;

    public static SessionOptions Session => ConnectionPlan.For(s_opts).Session;
}
