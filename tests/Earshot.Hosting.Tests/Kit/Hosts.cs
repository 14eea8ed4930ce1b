using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Earshot.Hosting.Tests.Kit;

/// <summary>Hosts with nothing but what a test adds.</summary>
internal static class Hosts
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A builder with configuration values.</summary>
    public static HostApplicationBuilder Builder(params (string Key, string? Value)[] configuration)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "test-app" });
        builder.Configuration.AddInMemoryCollection(configuration.Select(item => new KeyValuePair<string, string?>(item.Key, item.Value)));
        return builder;
    }

    /// <summary>Collects the log of the host.</summary>
    public static LogLines WithLog(this HostApplicationBuilder builder)
    {
        var lines = new LogLines();
        builder.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Information).AddProvider(lines));
        return lines;
    }

    /// <summary>The options of the connection as the host composes them.</summary>
    public static NatsOpts Options(HostApplicationBuilder builder, object? key = null)
    {
        builder.Services.AddNats(key: key);
        using IHost host = builder.Build();
        return key is null ? host.Services.GetRequiredService<INatsConnection>().Opts : host.Services.GetRequiredKeyedService<INatsConnection>(key).Opts;
    }
}
