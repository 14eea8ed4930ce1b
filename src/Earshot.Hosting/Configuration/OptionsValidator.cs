using Earshot.Hosting.Connections;
using Microsoft.Extensions.Options;

namespace Earshot.Hosting.Configuration;

/// <summary>Checks the options of one registration when the host starts, with messages that name the configuration key of each option.</summary>
internal sealed class OptionsValidator(NatsRegistration registration) : IValidateOptions<NatsOptsBuilder>
{
    public ValidateOptionsResult Validate(string? checkedName, NatsOptsBuilder options)
    {
        if (checkedName != registration.OptionsName)
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

    private string Describe(Exception e, NatsOptsBuilder options)
    {
        if (e is ArgumentException { ParamName: nameof(NatsOpts.Url) } && options.Sources.GetValueOrDefault(nameof(NatsOpts.Url)) == registration.ConnectionStringPath)
        {
            // The key of the connection can be the name of another connection string, with a password in whatever format it has. Nothing of it is repeated.
            string hint = registration.ConnectionStringName == registration.Key?.ToString() ? " The name is that of the key of the connection; WithConnectionString selects another one." : "";
            return $"{registration.ConnectionStringPath}: the value is not a list of server URLs, such as nats://n1:4222,nats://n2:4222.{hint}";
        }

        string? source = e is ArgumentException { ParamName: { } option } ? Find(options.Sources, option.Replace('.', ':')) : null;
        source ??= options.Sources.Where(pair => e.Message.Contains(pair.Key.Split(':')[^1], StringComparison.Ordinal)).Select(pair => pair.Value).FirstOrDefault();
        return source is null ? $"The options of the NATS connection cannot be used: {e.Message}" : $"{source}: {e.Message}";
    }

    private static string? Find(IReadOnlyDictionary<string, string> sources, string option) =>
        sources.Where(pair => pair.Key == option || pair.Key.EndsWith(":" + option, StringComparison.Ordinal)).Select(pair => pair.Value).FirstOrDefault();
}
