/* Files whose features only the C interface reaches. usage: files FOLDER */
#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHECK(call)                                                                                                    \
    do {                                                                                                               \
        if ((call) < 0) {                                                                                              \
            fprintf(stderr, "line %d: %s\n", __LINE__, #call);                                                         \
            exit(1);                                                                                                   \
        }                                                                                                              \
    } while (0)

static hid_t latest(void) {
    hid_t fapl = H5Pcreate(H5P_FILE_ACCESS);
    CHECK(H5Pset_libver_bounds(fapl, H5F_LIBVER_LATEST, H5F_LIBVER_LATEST));
    return fapl;
}

static void dataset(hid_t file, const char *name, hid_t type, hsize_t length, hid_t dcpl, const void *data) {
    hid_t space = H5Screate_simple(1, &length, NULL);
    hid_t made = H5Dcreate2(file, name, type, space, H5P_DEFAULT, dcpl, H5P_DEFAULT);
    CHECK(made);
    if (data != NULL) CHECK(H5Dwrite(made, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data));
    CHECK(H5Dclose(made));
    CHECK(H5Sclose(space));
}

static void attribute(hid_t object, const char *name, hid_t type, hsize_t length, const void *data) {
    hid_t space = H5Screate_simple(1, &length, NULL);
    hid_t made = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    CHECK(made);
    CHECK(H5Awrite(made, type, data));
    CHECK(H5Aclose(made));
    CHECK(H5Sclose(space));
}

/* Shared messages: one index of all kinds, or one for each, as a list or as a B-tree. */
static void shared_messages(const char *name, unsigned list, unsigned tree, unsigned indexes, hid_t fapl) {
    hid_t fcpl = H5Pcreate(H5P_FILE_CREATE);
    CHECK(H5Pset_shared_mesg_nindexes(fcpl, indexes));
    if (indexes == 1) {
        CHECK(H5Pset_shared_mesg_index(fcpl, 0, H5O_SHMESG_ALL_FLAG, 20));
    } else {
        unsigned kinds[] = {H5O_SHMESG_SDSPACE_FLAG, H5O_SHMESG_DTYPE_FLAG, H5O_SHMESG_FILL_FLAG,
                            H5O_SHMESG_PLINE_FLAG, H5O_SHMESG_ATTR_FLAG};
        for (unsigned i = 0; i < indexes; i++) CHECK(H5Pset_shared_mesg_index(fcpl, i, kinds[i], 16));
    }
    CHECK(H5Pset_shared_mesg_phase_change(fcpl, list, tree));
    hid_t file = H5Fcreate(name, H5F_ACC_TRUNC, fcpl, fapl);
    CHECK(file);
    hid_t record = H5Tcreate(H5T_COMPOUND, 24);
    CHECK(H5Tinsert(record, "number", 0, H5T_STD_I32LE));
    CHECK(H5Tinsert(record, "amount", 8, H5T_IEEE_F64LE));
    CHECK(H5Tinsert(record, "weight", 16, H5T_IEEE_F32BE));
    hid_t dcpl = H5Pcreate(H5P_DATASET_CREATE);
    hsize_t chunk = 4;
    CHECK(H5Pset_chunk(dcpl, 1, &chunk));
    CHECK(H5Pset_deflate(dcpl, 6));
    int fill = 17;
    CHECK(H5Pset_fill_value(dcpl, H5T_NATIVE_INT, &fill));
    for (int i = 0; i < 14; i++) {
        char label[32];
        snprintf(label, sizeof label, "numbers %02d", i);
        dataset(file, label, H5T_STD_I32LE, 10, dcpl, NULL);
        hid_t made = H5Dopen2(file, label, H5P_DEFAULT);
        int values[8] = {1, 2, 3, 4, 5, 6, 7, i / 2};
        attribute(made, "shared with its neighbour", H5T_STD_I32LE, 8, values);
        attribute(made, "shared by all", H5T_STD_I32LE, 7, values);
        CHECK(H5Dclose(made));
        snprintf(label, sizeof label, "records %02d", i);
        dataset(file, label, record, (hsize_t)(i + 1), H5P_DEFAULT, NULL);
    }
    CHECK(H5Fclose(file));
    CHECK(H5Pclose(fcpl));
}

/* Links in a heap whose blocks are compressed, and which has indirect blocks. */
static void filtered_heap(const char *name, int count) {
    hid_t fapl = latest();
    hid_t file = H5Fcreate(name, H5F_ACC_TRUNC, H5P_DEFAULT, fapl);
    hid_t gcpl = H5Pcreate(H5P_GROUP_CREATE);
    CHECK(H5Pset_deflate(gcpl, 9));
    CHECK(H5Pset_fletcher32(gcpl));
    CHECK(H5Pset_link_creation_order(gcpl, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED));
    hid_t group = H5Gcreate2(file, "group", H5P_DEFAULT, gcpl, H5P_DEFAULT);
    CHECK(group);
    for (int i = 0; i < count; i++) {
        char label[200];
        snprintf(label, sizeof label, "link %04d of a group whose names compress well, well, well, well, well", i);
        CHECK(H5Lcreate_soft("/somewhere", group, label, H5P_DEFAULT, H5P_DEFAULT));
    }
    char *target = malloc(6001);
    memset(target, 'x', 6000);
    target[6000] = 0;
    CHECK(H5Lcreate_soft(target, group, "huge", H5P_DEFAULT, H5P_DEFAULT));
    free(target);
    CHECK(H5Gclose(group));
    CHECK(H5Fclose(file));
}

/* Links that turn from compact to dense storage early, and back late. */
static void phase_change(const char *name) {
    hid_t file = H5Fcreate(name, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    unsigned limits[3][2] = {{0, 0}, {3, 2}, {60000, 1}};
    for (int i = 0; i < 3; i++) {
        hid_t gcpl = H5Pcreate(H5P_GROUP_CREATE);
        CHECK(H5Pset_link_phase_change(gcpl, limits[i][0], limits[i][1]));
        CHECK(H5Pset_est_link_info(gcpl, 20, 40));
        char label[8];
        snprintf(label, sizeof label, "group%d", i);
        hid_t group = H5Gcreate2(file, label, H5P_DEFAULT, gcpl, H5P_DEFAULT);
        CHECK(group);
        for (int j = 0; j < 12; j++) {
            snprintf(label, sizeof label, "%d", j);
            CHECK(H5Lcreate_soft("/group0", group, label, H5P_DEFAULT, H5P_DEFAULT));
        }
        CHECK(H5Gclose(group));
    }
    CHECK(H5Fclose(file));
}

static hid_t traverse(const char *name, hid_t group, const void *data, size_t size, hid_t lapl, hid_t dxpl) {
    (void)name, (void)group, (void)data, (void)size, (void)lapl, (void)dxpl;
    return -1;
}

static void user_defined_links(const char *name) {
    H5L_class_t class = {.version = H5L_LINK_CLASS_T_VERS, .id = 187, .comment = "golden", .trav_func = traverse};
    CHECK(H5Lregister(&class));
    hid_t fapl = latest();
    hid_t file = H5Fcreate(name, H5F_ACC_TRUNC, H5P_DEFAULT, fapl);
    CHECK(H5Lcreate_ud(file, "user-defined", 187, "what it means is its own", 24, H5P_DEFAULT, H5P_DEFAULT));
    CHECK(H5Lcreate_ud(file, "empty", 187, NULL, 0, H5P_DEFAULT, H5P_DEFAULT));
    CHECK(H5Lcreate_soft("/user-defined", file, "soft to it", H5P_DEFAULT, H5P_DEFAULT));
    CHECK(H5Fclose(file));
}

static void cache_image(const char *name) {
    hid_t fapl = latest();
    H5AC_cache_image_config_t config = {H5AC__CURR_CACHE_IMAGE_CONFIG_VERSION, 1, 0, H5AC__CACHE_IMAGE__ENTRY_AGEOUT__NONE};
    CHECK(H5Pset_mdc_image_config(fapl, &config));
    hid_t file = H5Fcreate(name, H5F_ACC_TRUNC, H5P_DEFAULT, fapl);
    CHECK(file);
    int values[20];
    for (int i = 0; i < 20; i++) values[i] = i * i;
    hid_t dcpl = H5Pcreate(H5P_DATASET_CREATE);
    hsize_t chunk = 3;
    CHECK(H5Pset_chunk(dcpl, 1, &chunk));
    for (int i = 0; i < 12; i++) {
        char label[32];
        snprintf(label, sizeof label, "values %d", i);
        dataset(file, label, H5T_STD_I32LE, 20, dcpl, values);
    }
    attribute(file, "note", H5T_STD_I32BE, 3, values);
    CHECK(H5Fclose(file));
}

static void times(const char *name) {
    hid_t file = H5Fcreate(name, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    int seconds[3] = {0, 1000000000, -1};
    dataset(file, "32 bits", H5T_UNIX_D32LE, 3, H5P_DEFAULT, seconds);
    dataset(file, "32 bits big", H5T_UNIX_D32BE, 3, H5P_DEFAULT, seconds);
    dataset(file, "64 bits", H5T_UNIX_D64LE, 1, H5P_DEFAULT, seconds);
    CHECK(H5Fclose(file));
}

/* A dataset's options that the other interfaces lack. */
static void dataset_options(const char *name) {
    hid_t fapl = latest();
    hid_t file = H5Fcreate(name, H5F_ACC_TRUNC, H5P_DEFAULT, fapl);
    int values[10] = {9, 8, 7, 6, 5, 4, 3, 2, 1, 0};
    hsize_t chunk = 4;
    hid_t dcpl = H5Pcreate(H5P_DATASET_CREATE);
    CHECK(H5Pset_chunk(dcpl, 1, &chunk));
    CHECK(H5Pset_deflate(dcpl, 1));
    CHECK(H5Pset_chunk_opts(dcpl, H5D_CHUNK_DONT_FILTER_PARTIAL_CHUNKS));
    dataset(file, "edges without filters", H5T_STD_I32LE, 10, dcpl, values);
    dcpl = H5Pcreate(H5P_DATASET_CREATE);
    CHECK(H5Pset_attr_phase_change(dcpl, 0, 0));
    CHECK(H5Pset_attr_creation_order(dcpl, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED));
    dataset(file, "dense attributes", H5T_STD_I32LE, 10, dcpl, values);
    hid_t made = H5Dopen2(file, "dense attributes", H5P_DEFAULT);
    attribute(made, "zeta", H5T_STD_I32LE, 2, values);
    attribute(made, "alpha", H5T_STD_I32LE, 2, values);
    CHECK(H5Dclose(made));
    hvl_t sequence = {3, values};
    hid_t ragged = H5Tvlen_create(H5T_STD_I32LE);
    dcpl = H5Pcreate(H5P_DATASET_CREATE);
    CHECK(H5Pset_fill_value(dcpl, ragged, &sequence));
    dataset(file, "variable-length fill value", ragged, 2, dcpl, NULL);
    const char *text = "filled";
    hid_t string = H5Tcopy(H5T_C_S1);
    CHECK(H5Tset_size(string, H5T_VARIABLE));
    dcpl = H5Pcreate(H5P_DATASET_CREATE);
    CHECK(H5Pset_fill_value(dcpl, string, &text));
    dataset(file, "text fill value", string, 2, dcpl, NULL);
    hid_t nested = H5Tvlen_create(ragged);
    hvl_t inner[2] = {{2, values}, {1, values + 4}};
    hvl_t outer[2] = {{2, inner}, {0, NULL}};
    dataset(file, "sequences of sequences", nested, 2, H5P_DEFAULT, outer);
    hsize_t size = 2;
    hid_t pairs = H5Tvlen_create(H5Tarray_create2(H5T_STD_I32LE, 1, &size));
    hvl_t pair[1] = {{3, values}};
    dataset(file, "sequences of arrays", pairs, 1, H5P_DEFAULT, pair);
    hid_t texts = H5Tvlen_create(string);
    const char *words[] = {"one", "", "three"};
    hvl_t list[2] = {{3, words}, {1, words}};
    dataset(file, "sequences of texts", texts, 2, H5P_DEFAULT, list);
    CHECK(H5Fclose(file));
}

int main(int argc, char **argv) {
    if (argc != 2 || chdir(argv[1]) != 0) return 2;
    shared_messages("shared-messages-list.h5", 50, 40, 1, H5P_DEFAULT);
    shared_messages("shared-messages-tree.h5", 4, 2, 1, H5P_DEFAULT);
    shared_messages("shared-messages-each.h5", 0, 0, 5, latest());
    filtered_heap("links-dense-filtered.h5", 12);
    filtered_heap("links-dense-filtered-indirect.h5", 150);
    phase_change("links-phase-change.h5");
    user_defined_links("links-user-defined.h5");
    cache_image("cache-image.h5");
    times("types-times.h5");
    dataset_options("dataset-options.h5");
    return 0;
}
