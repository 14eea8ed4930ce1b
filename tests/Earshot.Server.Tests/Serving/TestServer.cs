using Earshot.Server.Tests.Guide;
using Xunit;

namespace Earshot.Server.Tests.Serving;

/// <summary>Servers of the tests here: without a port unless one is asked for, and watched.</summary>
internal static class TestServer
{
    internal static Task<NatsTestServer> StartAsync(NatsServerOptions? options = null) => ListenAsync((options ?? new()) with { Listen = false });

    /// <summary>With a port.</summary>
    internal static async Task<NatsTestServer> ListenAsync(NatsServerOptions? options = null)
    {
        options ??= new();
        options = options with { KeepTranscript = options.KeepTranscript > 0 ? options.KeepTranscript : 100 };
        return PrintTranscriptsAttribute.Watch(await NatsTestServer.StartAsync(options, TestContext.Current.CancellationToken));
    }
}
