using Earshot.Hosting.Connections;
using Earshot.Hosting.Subscribers;
using Earshot.Subscriptions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Earshot.Hosting;

/// <summary>Adds subscribers: hosted services that handle the messages of a subject.</summary>
/// <remarks>
/// Each message has a scope of its own, from which the services of the handler come. An exception of a handler is reported as
/// <see cref="NatsExceptionOccurredEvent"/>, which is logged, and the next message is handled. A message whose payload cannot be read is reported the
/// same way and not handled. When the host stops, everything received is handled before the services of the application stop; the token
/// of a handler is cancelled when the host does not wait any longer.
/// </remarks>
public static class NatsSubscriberExtensions
{
    /// <summary>Adds a subscriber of a subject.</summary>
    /// <typeparam name="T">Type of the value of a message.</typeparam>
    /// <param name="services">The services of the application.</param>
    /// <param name="subject">The subject, with wildcards.</param>
    /// <param name="queueGroup">The queue group, of which one member receives each message; null: none.</param>
    /// <param name="handler">Handles a message.</param>
    /// <param name="configure">Changes the options; null: the defaults.</param>
    /// <returns>The services.</returns>
    /// <exception cref="ArgumentException"><paramref name="subject"/> or <paramref name="queueGroup"/> is not valid.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="NatsSubscriberOptions.MaxConcurrency"/> is below 1.</exception>
    public static IServiceCollection AddNatsSubscriber<T>(this IServiceCollection services, string subject, string? queueGroup, Func<NatsMsg<T>, CancellationToken, ValueTask> handler, Action<NatsSubscriberOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return services.Add<T>(subject, queueGroup, (_, message, ct) => handler(message, ct), configure);
    }

    /// <summary>Adds a subscriber whose handler receives a service.</summary>
    /// <typeparam name="T">Type of the value of a message.</typeparam>
    /// <typeparam name="TService">Type of the service.</typeparam>
    /// <param name="services">The services of the application.</param>
    /// <param name="subject">The subject, with wildcards.</param>
    /// <param name="queueGroup">The queue group, of which one member receives each message; null: none.</param>
    /// <param name="handler">Handles a message.</param>
    /// <param name="configure">Changes the options; null: the defaults.</param>
    /// <returns>The services.</returns>
    /// <exception cref="ArgumentException"><paramref name="subject"/> or <paramref name="queueGroup"/> is not valid.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="NatsSubscriberOptions.MaxConcurrency"/> is below 1.</exception>
    public static IServiceCollection AddNatsSubscriber<T, TService>(this IServiceCollection services, string subject, string? queueGroup, Func<NatsMsg<T>, TService, CancellationToken, ValueTask> handler, Action<NatsSubscriberOptions>? configure = null)
        where TService : notnull
    {
        ArgumentNullException.ThrowIfNull(handler);
        return services.Add<T>(subject, queueGroup, (scope, message, ct) => handler(message, scope.GetRequiredService<TService>(), ct), configure);
    }

    /// <summary>Adds a subscriber whose handler receives two services.</summary>
    /// <typeparam name="T">Type of the value of a message.</typeparam>
    /// <typeparam name="TFirst">Type of the first service.</typeparam>
    /// <typeparam name="TSecond">Type of the second service.</typeparam>
    /// <param name="services">The services of the application.</param>
    /// <param name="subject">The subject, with wildcards.</param>
    /// <param name="queueGroup">The queue group, of which one member receives each message; null: none.</param>
    /// <param name="handler">Handles a message.</param>
    /// <param name="configure">Changes the options; null: the defaults.</param>
    /// <returns>The services.</returns>
    /// <exception cref="ArgumentException"><paramref name="subject"/> or <paramref name="queueGroup"/> is not valid.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="NatsSubscriberOptions.MaxConcurrency"/> is below 1.</exception>
    public static IServiceCollection AddNatsSubscriber<T, TFirst, TSecond>(this IServiceCollection services, string subject, string? queueGroup, Func<NatsMsg<T>, TFirst, TSecond, CancellationToken, ValueTask> handler, Action<NatsSubscriberOptions>? configure = null)
        where TFirst : notnull
        where TSecond : notnull
    {
        ArgumentNullException.ThrowIfNull(handler);
        return services.Add<T>(subject, queueGroup, (scope, message, ct) => handler(message, scope.GetRequiredService<TFirst>(), scope.GetRequiredService<TSecond>(), ct), configure);
    }

    private static IServiceCollection Add<T>(this IServiceCollection services, string subject, string? queueGroup, Func<IServiceProvider, NatsMsg<T>, CancellationToken, ValueTask> handler, Action<NatsSubscriberOptions>? configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ThrowIfInvalid(subject, queueGroup);
        var options = new NatsSubscriberOptions();
        configure?.Invoke(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxConcurrency, 1);
        NatsRegistration registration = NatsRegistrations.For(services, options.Key);
        registration.IsNeededOnStart = true;
        var plan = new SubscriberPlan<T>(registration, subject, queueGroup, options, handler);
        return services.AddSingleton<IHostedService>(provider => new SubscriberService<T>(plan, provider));
    }

    private static void ThrowIfInvalid(string subject, string? queueGroup)
    {
        ArgumentNullException.ThrowIfNull(subject);
        try
        {
            SubscribeRules.Check(subject, queueGroup, int.MaxValue); // the limit of the length is an option of the connection
        }
        catch (NatsInvalidArgumentException e)
        {
            throw new ArgumentException(e.Message.Split(" (Parameter ")[0], e.ParamName, e);
        }
    }
}
