using Earshot.JetStream;

namespace Earshot.ObjectStore;

/// <summary>
/// The buckets of object stores on a connection. Methods that call the server throw the exceptions of the JetStream API, such as
/// <see cref="NatsJSApiException"/>, and <see cref="ArgumentException"/>, before anything is sent, for a name or a configuration that is not
/// valid. A cancelled token throws <see cref="OperationCanceledException"/>. Safe for use from any thread.
/// </summary>
public interface INatsObjContext
{
    /// <summary>The JetStream context that is used.</summary>
    INatsJSContext JetStreamContext { get; }

    /// <summary>Creates a bucket with default values. A bucket that exists with the same configuration is not an error.</summary>
    /// <param name="bucket">The name of the bucket: letters, digits, <c>_</c> and <c>-</c>.</param>
    /// <param name="cancellationToken">Cancels waiting for the response.</param>
    /// <returns>The bucket.</returns>
    /// <exception cref="NatsJSApiException">The bucket exists with another configuration (error 10058), or the server rejects the call.</exception>
    ValueTask<INatsObjStore> CreateObjectStoreAsync(string bucket, CancellationToken cancellationToken = default);

    /// <summary>Creates a bucket. A bucket that exists with the same configuration is not an error.</summary>
    /// <param name="config">The configuration of the bucket.</param>
    /// <param name="cancellationToken">Cancels waiting for the response.</param>
    /// <returns>The bucket.</returns>
    /// <exception cref="NatsJSApiException">The bucket exists with another configuration (error 10058), or the server rejects the call.</exception>
    /// <exception cref="NatsJSFeatureNotSupportedException">The server does not support a part of the configuration.</exception>
    ValueTask<INatsObjStore> CreateObjectStoreAsync(NatsObjConfig config, CancellationToken cancellationToken = default);

    /// <summary>Changes the configuration of a bucket. Values of its stream that a bucket does not define are preserved.</summary>
    /// <param name="config">The complete new configuration.</param>
    /// <param name="cancellationToken">Cancels waiting for the response.</param>
    /// <returns>The bucket.</returns>
    /// <exception cref="NatsJSStreamNotFoundException">The bucket does not exist.</exception>
    /// <exception cref="NatsJSFeatureNotSupportedException">The server does not support a part of the configuration.</exception>
    ValueTask<INatsObjStore> UpdateObjectStoreAsync(NatsObjConfig config, CancellationToken cancellationToken = default);

    /// <summary>Changes the configuration of a bucket, or creates it when it does not exist.</summary>
    /// <param name="config">The complete configuration.</param>
    /// <param name="cancellationToken">Cancels waiting for the response.</param>
    /// <returns>The bucket.</returns>
    /// <exception cref="NatsJSFeatureNotSupportedException">The server does not support a part of the configuration.</exception>
    ValueTask<INatsObjStore> CreateOrUpdateObjectStoreAsync(NatsObjConfig config, CancellationToken cancellationToken = default);

    /// <summary>Opens a bucket that exists.</summary>
    /// <param name="bucket">The name of the bucket.</param>
    /// <param name="cancellationToken">Cancels waiting for the response.</param>
    /// <returns>The bucket.</returns>
    /// <exception cref="NatsJSStreamNotFoundException">The bucket does not exist.</exception>
    /// <exception cref="NatsObjException">The stream of this name is not one of a bucket.</exception>
    ValueTask<INatsObjStore> GetObjectStoreAsync(string bucket, CancellationToken cancellationToken = default);

    /// <summary>Deletes a bucket with all its objects.</summary>
    /// <param name="bucket">The name of the bucket.</param>
    /// <param name="cancellationToken">Cancels waiting for the response.</param>
    /// <returns>True when the bucket was deleted.</returns>
    /// <exception cref="NatsJSStreamNotFoundException">The bucket does not exist.</exception>
    ValueTask<bool> DeleteObjectStore(string bucket, CancellationToken cancellationToken);

    /// <summary>Lists the names of all buckets.</summary>
    /// <param name="cancellationToken">Cancels the list.</param>
    /// <returns>The names, without an order.</returns>
    IAsyncEnumerable<string> GetBucketNamesAsync(CancellationToken cancellationToken = default);

    /// <summary>Lists the states of all buckets.</summary>
    /// <param name="cancellationToken">Cancels the list.</param>
    /// <returns>The states, without an order.</returns>
    IAsyncEnumerable<NatsObjStatus> GetStatusesAsync(CancellationToken cancellationToken = default);
}
