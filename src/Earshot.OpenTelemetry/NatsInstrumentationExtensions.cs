using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Earshot.OpenTelemetry;

/// <summary>Registers the traces and metrics of NATS connections with OpenTelemetry.</summary>
public static class NatsInstrumentationExtensions
{
    /// <summary>Adds the activities of messages, outages and connect attempts. Messages carry the trace context with the propagator of the application.</summary>
    /// <param name="builder">The builder of the tracer provider.</param>
    /// <returns>The builder.</returns>
    public static TracerProviderBuilder AddNatsClientInstrumentation(this TracerProviderBuilder builder) => builder.AddNatsClientInstrumentation(static _ => { });

    /// <summary>Adds the activities of messages, outages and connect attempts, and changes the options of the process.</summary>
    /// <param name="builder">The builder of the tracer provider.</param>
    /// <param name="configure">Changes <see cref="NatsInstrumentationOptions.Default"/>.</param>
    /// <returns>The builder.</returns>
    public static TracerProviderBuilder AddNatsClientInstrumentation(this TracerProviderBuilder builder, Action<NatsInstrumentationOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        NatsInstrumentationOptions options = NatsInstrumentationOptions.Default;
        options.Propagation = new TextMapPropagation();
        configure(options);
        return builder.AddSource(NatsTelemetry.SourceName);
    }

    /// <summary>Adds the metrics of connections and messages.</summary>
    /// <param name="builder">The builder of the meter provider.</param>
    /// <returns>The builder.</returns>
    public static MeterProviderBuilder AddNatsClientInstrumentation(this MeterProviderBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddMeter(NatsTelemetry.MeterName);
    }
}
