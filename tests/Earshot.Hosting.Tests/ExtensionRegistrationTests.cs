using Earshot.JetStream;
using Earshot.KeyValueStore;
using Earshot.ObjectStore;
using Earshot.Services;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Earshot.Hosting.Tests;

public sealed class ExtensionRegistrationTests
{
    private static readonly string[] s_ofTheClient = ["Microsoft.Extensions.Logging.Abstractions", "Microsoft.Extensions.Primitives"];

    [Fact]
    public void Contexts_are_singletons_on_the_registered_connection()
    {
        using ServiceProvider provider = new ServiceCollection()
            .AddNats()
            .AddNatsJetStream(opts => new NatsJSOpts(new NatsOpts(), domain: "hub"))
            .AddNatsKeyValueStore()
            .AddNatsObjectStore()
            .AddNatsServices()
            .BuildServiceProvider();
        INatsJSContext context = provider.GetRequiredService<INatsJSContext>();
        Assert.Same(provider.GetRequiredService<INatsConnection>(), context.Connection);
        Assert.Equal("hub", context.Opts.Domain);
        Assert.Same(context, provider.GetRequiredService<INatsJSContext>());
        Assert.Same(context, provider.GetRequiredService<INatsKVContext>().JetStreamContext);
        Assert.Same(context, provider.GetRequiredService<INatsObjContext>().JetStreamContext);
        Assert.Same(provider.GetRequiredService<INatsObjContext>(), provider.GetRequiredService<INatsObjContext>());
        Assert.NotNull(provider.GetRequiredService<INatsSvcContext>());
        Assert.NotNull(provider.GetRequiredService<INatsSvcDiscovery>());
    }

    [Fact]
    public void Contexts_of_a_key_are_on_the_connection_of_that_key()
    {
        using ServiceProvider provider = new ServiceCollection().AddKeyedNats("orders").AddNatsKeyValueStore(key: "orders").AddNatsObjectStore("orders").AddNatsServices("orders").BuildServiceProvider();
        Assert.Same(provider.GetRequiredKeyedService<INatsConnection>("orders"), provider.GetRequiredKeyedService<INatsJSContext>("orders").Connection);
        Assert.Same(provider.GetRequiredKeyedService<INatsJSContext>("orders"), provider.GetRequiredKeyedService<INatsKVContext>("orders").JetStreamContext);
        Assert.Same(provider.GetRequiredKeyedService<INatsJSContext>("orders"), provider.GetRequiredKeyedService<INatsObjContext>("orders").JetStreamContext);
        Assert.NotNull(provider.GetRequiredKeyedService<INatsSvcContext>("orders"));
        Assert.Null(provider.GetService<INatsKVContext>());
        Assert.Null(provider.GetService<INatsObjContext>());
    }

    [Fact]
    public void Extensions_need_the_abstractions_of_dependency_injection_only() => Assert.All(
        [typeof(INatsJSContext), typeof(INatsKVContext), typeof(INatsObjContext), typeof(INatsSvcContext)],
        type => Assert.Equal(
            ["Microsoft.Extensions.DependencyInjection.Abstractions"],
            type.Assembly.GetReferencedAssemblies().Select(assembly => assembly.Name!).Where(name => name.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal) && !s_ofTheClient.Contains(name))));
}
