using Microsoft.Extensions.Options;

namespace Earshot.Hosting.Configuration;

/// <summary>Checks the options of one registration when the host starts, with messages that name the configuration key of each option.</summary>
internal sealed class OptionsValidator(string name) : IValidateOptions<NatsOptsBuilder>
{
    public ValidateOptionsResult Validate(string? checkedName, NatsOptsBuilder options)
    {
        if (checkedName != name)
        {
            return ValidateOptionsResult.Skip;
        }

        if (options.Errors.Count > 0)
        {
            return ValidateOptionsResult.Fail(options.Errors);
        }

        try
        {
            // The constructor checks everything and connects nothing. It has no reader, so it is collected.
            _ = new NatsConnection(options.Opts with { LoggerFactory = Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance, ConnectionListeners = [], Events = new NatsEventCallbacks() });
            return ValidateOptionsResult.Success;
        }
        catch (Exception e) when (e is ArgumentException or NatsCredentialsException)
        {
            return ValidateOptionsResult.Fail(Describe(e, options));
        }
    }

    private static string Describe(Exception e, NatsOptsBuilder options)
    {
        if (e is ArgumentException { ParamName: nameof(NatsOpts.Url) } && options.ConnectionStringRefusal is { } refusal)
        {
            return refusal;
        }

        string? source = e is ArgumentException { ParamName: { } option } ? Find(options.Sources, option.Replace('.', ':')) : null;
        source ??= options.Sources.Where(pair => e.Message.Contains(pair.Key.Split(':')[^1], StringComparison.Ordinal)).Select(pair => pair.Value).FirstOrDefault();
        return source is null ? $"The options of the NATS connection cannot be used: {e.Message}" : $"{source}: {e.Message}";
    }

    private static string? Find(IReadOnlyDictionary<string, string> sources, string option) =>
        sources.Where(pair => pair.Key == option || pair.Key.EndsWith(":" + option, StringComparison.Ordinal)).Select(pair => pair.Value).FirstOrDefault();
}
