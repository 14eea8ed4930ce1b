using Earshot.Hosting.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Earshot.Hosting;

/// <summary>Adds health checks of connections.</summary>
public static class NatsHealthCheckExtensions
{
    private static readonly string[] s_ready = ["ready"];
    private static readonly TimeSpan s_longestTimeout = TimeSpan.FromDays(49); // what a timer can wait

    /// <summary>
    /// Adds a health check of a connection: Healthy when it is open; Degraded within the grace period after a loss or at the start, while
    /// the only server is in lame duck mode, and while a slow consumer drops messages; Unhealthy afterwards, and when the connection is closed.
    /// </summary>
    /// <remarks>
    /// The check reads the state of the connection and never opens one. With the check the host connects in the background at its
    /// start. Its tag is <c>ready</c> and not <c>live</c>: a restart of the process does not repair a broker.
    /// </remarks>
    /// <param name="builder">The health checks of the application.</param>
    /// <param name="key">The key of the connection; null: the connection without a key.</param>
    /// <param name="configure">Changes the options; null: the defaults.</param>
    /// <param name="name">The name of the check; null: <c>nats</c>, or <c>nats-key</c> for a keyed connection.</param>
    /// <param name="tags">The tags of the check; null: <c>ready</c>.</param>
    /// <returns>The health checks.</returns>
    public static IHealthChecksBuilder AddNatsHealthCheck(this IHealthChecksBuilder builder, object? key = null, Action<NatsHealthCheckOptions>? configure = null, string? name = null, IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        name ??= key is null ? "nats" : $"nats-{key}";
        NatsRegistration registration = NatsRegistrations.For(builder.Services, key);
        (registration.IsNeededOnStart, registration.HasHealthCheck) = (true, true);
        OptionsBuilder<NatsHealthCheckOptions> options = builder.Services.AddOptions<NatsHealthCheckOptions>(name);
        if (configure is not null)
        {
            options.Configure(configure);
        }

        options
            .Validate(static given => given.GracePeriod >= TimeSpan.Zero, $"The health check {name}: {nameof(NatsHealthCheckOptions.GracePeriod)} must not be negative.")
            .Validate(static given => given.RoundTripTimeout > TimeSpan.Zero && given.RoundTripTimeout < s_longestTimeout, $"The health check {name}: {nameof(NatsHealthCheckOptions.RoundTripTimeout)} must be longer than zero and shorter than {s_longestTimeout.Days} days.")
            .ValidateOnStart();
        return builder.Add(new HealthCheckRegistration(
            name,
            provider => new NatsHealthCheck(
                provider.GetRequiredService<HostedConnections>().Of(registration),
                provider.GetRequiredService<IOptionsMonitor<NatsHealthCheckOptions>>().Get(name)),
            HealthStatus.Unhealthy,
            tags ?? s_ready));
    }
}
