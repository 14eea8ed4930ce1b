using Earshot;

namespace Repository.Tests.Docs.Snippets;

/// <summary>Code that the guide for users of the official client prints; it is compiled, and the tests do not run it.</summary>
internal static class MigrationSnippets
{
    internal static NatsOpts Options()
    {
        // snippet: official-defaults
        NatsOpts opts = NatsOpts.Default with
        {
            ConnectTimeout = TimeSpan.FromSeconds(2),
            PingInterval = TimeSpan.FromMinutes(2),
            ReconnectWaitMin = TimeSpan.FromSeconds(2),
            WriterBufferSize = 65_536,
            SubPendingChannelCapacity = 16_384,
        };
        // end snippet
        return opts;
    }
}
