using Earshot.JetStream.Requests;

namespace Earshot.JetStream;

/// <summary>Extension methods for counters.</summary>
public static class NatsJSCounterExtensions
{
    /// <summary>
    /// Returns the counters of a stream. Reads the configuration of the stream first, because servers before 2.12 would store additions as
    /// ordinary messages.
    /// </summary>
    /// <param name="context">The context.</param>
    /// <param name="stream">The name of the stream, which must have <see cref="StreamConfig.AllowMsgCounter"/>.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The counters.</returns>
    /// <exception cref="NatsJSFeatureNotSupportedException">The server or the stream does not support counters.</exception>
    /// <exception cref="NatsJSStreamNotFoundException">The stream does not exist.</exception>
    public static async ValueTask<NatsJSCounter> GetCounterAsync(this INatsJSContext context, string stream, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        var parts = new ContextParts(context.Connection, context.Opts);
        return new NatsJSCounter(parts, await StreamFeatures.RequireAsync(parts, stream, StreamFeature.Counters, cancellationToken).ConfigureAwait(false));
    }
}
