namespace Earshot.Hosting;

/// <summary>The options of one registration while they are composed: from configuration first, then from code. Not thread-safe.</summary>
public sealed class NatsOptsBuilder
{
    /// <summary>The options of the connection so far; a step replaces them, as in <c>builder.Opts = builder.Opts with { Name = "orders" }</c>.</summary>
    public NatsOpts Opts { get; set; } = NatsOpts.Default;

    /// <summary>Called once for each connection, before it is returned for the first time. Default: null.</summary>
    public Action<IServiceProvider, NatsConnection>? ConfigureConnection { get; set; }

    /// <summary>What configuration says and options cannot take, as lines that name the key.</summary>
    internal List<string> Errors { get; } = [];

    /// <summary>The configuration key that set an option, by the path of the option.</summary>
    internal Dictionary<string, string> Sources { get; } = new(StringComparer.Ordinal);

    /// <summary>
    /// What is said of the connection string with the servers when it cannot be used; null without one. It repeats nothing of the value: the name can be
    /// that of another connection string, with a password in whatever format it has.
    /// </summary>
    internal string? ConnectionStringRefusal { get; set; }
}
